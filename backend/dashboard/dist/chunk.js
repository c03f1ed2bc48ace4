var y,eo,Jt,oe,Vt,dt,to,ct,no,Qt,Gt,Qr,Ke=Symbol.for("pv"),pt={},mt=[],Zr=/^m(i|n|o|s|text|space)$/,Zt=Array.isArray,Xt=mt.slice,he=Object.assign;function me(e){
e&&e.parentNode&&e.remove()}function oo(e,t,n){var o,r,i,s={},l=arguments.length;for(i in t)i=="key"?o=t[i]:i=="ref"&&typeof e!="function"?r=t[i]:s[i]=t[i];return l>
2&&(s.children=l>3?Xt.call(arguments,2):n),je(e,s,o,r,null)}function je(e,t,n,o,r){var i={type:e,props:t,key:n,ref:o,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Ke,__v:r||++eo,__i:-1,__u:0};return!r&&y.vnode&&y.
vnode(i),i}function $(e){return e.children}function Me(e,t){this.props=e,this.context=t,this.__g=0}function re(e,t){if(t==null)return e.__&&re(e.__,e.__i+1);for(var n;t<e.
__k.length;t++)if((n=e.__k[t])&&n.__e)return n.__e;return typeof e.type!="function"||e.props.__P?null:re(e)}function Xr(e){var t,n=e.__v,o=n.__e,r=[],i=[],s=e.__P;
s&&((t=he({constructor:Ke},n)).__v=n.__v+1,y.vnode&&y.vnode(t),Yt(s,t,n,e.__n,s.namespaceURI,32&n.__u?[o]:null,r,o||re(n),32&n.__u,i),t.__v=n.__v,t.__.__k[t.__i]=
t,uo(r,t,i),n.__=n.__e=null,t.__e!=o&&ro(t))}function ro(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),
ro(e)}function Xn(e){(8&e.__g||(e.__g|=8,oe.push(e),dt++))&&Vt==y.debounceRendering||((Vt=y.debounceRendering)||queueMicrotask)(io)}function io(){try{for(var e,
t=1;oe.length;)oe.length>t&&oe.sort(to),e=oe.shift(),t=oe.length,8&e.__g&&Xr(e)}finally{(dt=oe.length)&&(Vt||queueMicrotask)(io)}}function so(e,t,n,o,r,i,s,l,f,c,u){
var p,m,d,h,k,g,S=o.__k||mt,b=t.length;for(f=Yr(n,t,S,f,b),p=0;p<b;p++)(d=n.__k[p])!=null&&(m=~d.__i&&S[d.__i]||pt,d.__i=p,g=Yt(e,d,m,r,i,s,l,f,c,u),h=d.__e,(m.
ref!=d.ref||8&m.__u)&&(m.ref&&en(m.ref,null,d,m),d.ref&&u.push(d.ref,d.__c||h,d)),k=k||h,4&d.__u?(f=ao(d,f,e,!m.__v),m.__e&&(m.__e=null)):typeof d.type=="functi\
on"&&g!==void 0?f=g:h&&(f=h.nextSibling),d.__u&=-21);return n.__e=k,f}function Yr(e,t,n,o,r){var i,s,l,f,c,u,p,m,d,h=n.length,k=h,g=0,S=0,b=e.__k=Array(r);for(i=
0;i<r;i++)(s=t[i])!=null&&typeof s!="boolean"&&typeof s!="function"?(typeof s!="object"||s.constructor===String?s=b[i]=je(null,s):Zt(s)?s=b[i]=je($,{children:s}):
s.constructor===Ke&&s.__b?s=b[i]=je(s.type,s.props,s.key,s.ref,s.__v):b[i]=s,f=i+g,s.__=e,s.__b=e.__b+1,l=null,~(c=s.__i=ei(s,n,f,k))&&(k--,(l=n[c])&&(l.__u|=2)),
l&&l.__v?(s.__u|=16,c==f-1?g--:c==f+1?g++:c!=f&&(c>f?g--:g++,S=1)):(~c||(r>h?g--:r<h&&g++),typeof s.type!="function"&&(s.__u|=4))):b[i]=null;if(S){for(u=[],p=[],
i=0;i<r;i++)if((s=b[i])&&16&s.__u){for(g=0,m=u.length;g<m;)u[d=g+m>>1]<s.__i?g=d+1:m=d;u[g]=s.__i,p[i]=g+1}for(g=u.length;i--;)p[i]&&(p[i]==g?g--:b[i].__u|=4)}if(k)
for(i=0;i<h;i++)!(l=n[i])||2&l.__u||(l.__e==o&&(o=re(l)),tn(l,l));return o}function ao(e,t,n,o){var r,i,s,l;if(typeof e.type=="function"){if(e.props.__P)return t;
if(r=e.__k)for(i=0;i<r.length;i++)r[i]&&(r[i].__=e,t=ao(r[i],t,n,!1));return t}for(t&&!t.parentNode&&(t=re(e))&&!t.parentNode&&(t=null),s=e.__e,l=t;l&&l.nodeType==
8;)l=l.nextSibling;for(s!=l&&(!o&&n.moveBefore&&s.parentNode?n.moveBefore(s,t):n.insertBefore(s,t||null)),t=s;(t=t&&t.nextSibling)&&t.nodeType==8&&!t.data.startsWith(
"$s"););return t}function ei(e,t,n,o){var r,i=e.key,s=e.type,l=t[n],f=l&&!(2&l.__u);if(l===null&&i==null||f&&i==l.key&&s==l.type)return n;if(o>(f?1:0)){for(r=n-1;r>=0;r--)if((l=
t[r])&&!(2&l.__u)&&i==l.key&&s==l.type)return r;for(r=n+1;r<t.length;r++)if((l=t[r])&&!(2&l.__u)&&i==l.key&&s==l.type)return r}return-1}function Yn(e,t,n){n==null&&
(n=""),t[0]=="-"?e.setProperty(t,n):e[t]=n}function ut(e,t,n,o,r){var i,s;if(t=="style")if(typeof n=="string")e.style.cssText=n;else{if(typeof o=="string"&&(e.style.
cssText=o=""),o)for(t in o)n&&t in n||Yn(e.style,t);if(n)for(t in n)o&&n[t]==o[t]||Yn(e.style,t,n[t])}else if(t[0]=="o"&&t[1]=="n")typeof n!="function"&&(n=null),
typeof o!="function"&&(o=null),(e.__e||(e.__e={}))[t]=n,n&&o||(s=Gt[t]||(Gt[t]=ti(t)),(e.__a||(e.__a={}))[t]=Qt,i=t!=(t=t.replace(no,"$1")),(t=t.slice(2))[0]<"a"&&
(t=t.toLowerCase()),n?e.addEventListener(t,s,i):e.removeEventListener(t,s,i));else{if(r=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,
"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="colSpan"&&t!="role"&&t!="popover"&&t in e)
try{return void(e[t]=n??"")}catch{}if(typeof n=="function")return;n==null||n===!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&n==1?"":n)}}function ti(e){
return function(t){var n=this.__e;if(n){if(n=n[e],t[ct]==null)t[ct]=Qt++;else if(t[ct]<this.__a[e])return;return n(y.event?y.event(t):t)}}}function Yt(e,t,n,o,r,i,s,l,f,c){
var u,p,m,d,h,k,g,S,b,R,T,Wt,Qn,lt,de,Zn,ne,pe,J=t.type;if(t.constructor!==Ke)return null;128&n.__u&&(f=32&n.__u,u=n.__c.__z)&&(t.__u|=f,p=i=[],u.nodeType==8?l=
ft(u,i):i.push(u),l=i[0]||l),(u=y.__b)&&u(t);e:if(typeof J=="function"){m=s.length;try{if(S=t.props,b=(u=J.prototype)&&u.render,R=(u=J.contextType)&&o[u.__c],T=
u?R?R.props.value:u.__:o,(d=n.__c)?(t.__c=d,2&d.__g&&(d.__g|=1)):(b?t.__c=d=new J(S,T):(t.__c=d=new Me(S,T),d.constructor=J,d.render=oi),R&&R.sub(d),d.state||(d.
state={}),d.__n=o,d.__g|=8,d.__h=[],d.__k=[]),b&&(d.__s||(d.__s=d.state),J.getDerivedStateFromProps&&(d.__s==d.state&&(d.__s=he({},d.__s)),he(d.__s,J.getDerivedStateFromProps(
S,d.__s)))),h=d.props,k=d.state,d.__v=t,n.__c){if(S!==h&&b&&!J.getDerivedStateFromProps&&d.componentWillReceiveProps&&d.componentWillReceiveProps(S,T),t.__v==n.
__v&&!(8&d.__g)||!(4&d.__g)&&d.shouldComponentUpdate&&d.shouldComponentUpdate(S,d.__s,T)===!1){t.__v!=n.__v&&(d.props=S,d.state=d.__s,d.__g&=-9),t.__e=n.__e,t.__k=
n.__k,t.__k.some(function(F){F&&(F.__=t)}),mt.push.apply(d.__h,d.__k),d.__k=[],d.__h.length&&s.push(d),l=re(n);break e}d.componentWillUpdate&&d.componentWillUpdate(
S,d.__s,T),b&&d.componentDidUpdate&&d.__h.push(function(){d.componentDidUpdate(h,k,g)})}else b&&!J.getDerivedStateFromProps&&d.componentWillMount&&d.componentWillMount(),
b&&d.componentDidMount&&d.__h.push(d.componentDidMount);d.context=T,d.props=S,d.__P=e,d.__g&=-5,Wt=y.__r,Qn=b?25:0;do d.__g&=-9,Wt&&Wt(t),u=d.render(d.props,d.state=
d.__s,d.context);while(8&d.__g&&++Qn<25);b&&(mt.push.apply(d.__h,d.__k),d.__k=[]),d.state=d.__s,d.getChildContext&&(o=he({},o,d.getChildContext())),b&&n.__c&&d.
getSnapshotBeforeUpdate&&(g=d.getSnapshotBeforeUpdate(h,k)),lt=u&&u.type===$&&u.key==null?u.props.children:u,S.__P&&(u=l,r=(e=S.__P).namespaceURI,f=i=null,n.props&&
n.props.__P!=e&&(n.__k.some(function(F){F&&tn(F,F)}),n.__k=null),l=n.__k?re(n,0):null),l=so(e,Zt(lt)?lt:[lt],t,n,o,r,i,s,l,f,c),S.__P&&(t.__e=null,l=u),t.__u&=-161,
p&&p.some(me),d.__h.length&&s.push(d),1&d.__g&&(d.__g&=-4)}catch(F){if(s.length=m,t.__v=null,f||i)if(F&&F.then){if(t.__u|=128|f,i){for(~(ne=i.indexOf(l||void 0))||
(ne=i.length);(pe=i[ne-1])&&pe.nodeType==8;)ne--;for(;ne<i.length;ne++)if(pe=i[ne])if(i[ne]=null,de){if(pe==Zn)break}else{if(pe.nodeType!=8)break;pe.data.startsWith(
"$s")&&(Zn=ft(de=pe))}}if(!de){for(;l&&l.nodeType==8&&l.nextSibling;)l=l.nextSibling;de=l}(u=ft(de=t.__c.__z||(t.__c.__z=de)))?(t.__e=de,l=u):t.__e=l,l=l&&l.nextSibling}else
i&&i.some(me);else t.__e=n.__e;t.__k||(t.__k=n.__k||[]),F&&F.then||lo(t),y.__e(F,t,n)}}else l=t.__e=ni(n.__e,t,n,o,r,i,s,f,c,e);return(u=y.diffed)&&u(t),l}function ft(e,t){
if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var n=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith("$s"))n++;else if(e.data.startsWith("/$s")&&!--n)
return e}t&&t.push(e)}}function lo(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(lo))}function uo(e,t,n){for(var o=0;o<n.length;)en(n[o++],n[o++],n[o++]);y.__c&&
y.__c(t,e),e.some(function(r){try{e=r.__h,r.__h=[],e.some(function(i){i.call(r)})}catch(i){y.__e(i,r.__v)}})}function ni(e,t,n,o,r,i,s,l,f,c){var u,p,m,d,h,k,g,
S,b=n.props||pt,R=t.props,T=t.type;if(T=="svg"?r="http://www.w3.org/2000/svg":T=="math"?r="http://www.w3.org/1998/Math/MathML":r||(r="http://www.w3.org/1999/xht\
ml"),i){for(u=0;u<i.length;u++)if((h=i[u])&&(T?h.localName==T:h.nodeType==3)){e=h,i[u]=null;break}}if(!e){if(S=c.ownerDocument||document,!T)return S.createTextNode(
R);e=S.createElementNS(r,T,R.is?R:c),l&&(y.__m&&y.__m(t,i),l=!1),i=null}if(T){if(c=T=="template"&&e.content||e,i=T=="textarea"&&R.defaultValue!=null?null:i&&Xt.
call(c.childNodes),!l&&i)for(b={},u=0;u<e.attributes.length;u++)b[(h=e.attributes[u]).name]=h.value;for(u in b)h=b[u],u=="dangerouslySetInnerHTML"?m=h:u=="child\
ren"||u in R||u=="value"&&"defaultValue"in R||u=="checked"&&"defaultChecked"in R||ut(e,u,null,h,r);for(u in R)h=R[u],u=="children"?d=h:u=="dangerouslySetInnerHT\
ML"?p=h:u=="value"?k=h:u=="checked"?g=h:l&&typeof h!="function"||b[u]===h||ut(e,u,h,b[u],r);p?(l||m&&(p.__html==m.__html||p.__html==e.innerHTML)||(e.innerHTML=p.
__html),t.__k=[]):(m&&(e.textContent=""),(T=="foreignObject"||r=="http://www.w3.org/1998/Math/MathML"&&Zr.test(T))&&(r="http://www.w3.org/1999/xhtml"),so(c,Zt(d)?
d:[d],t,n,o,r,i,s,i?i[0]:n.__k&&re(n,0),l,f),i&&i.some(me)),l&&T!="textarea"||(u="value",T=="progress"&&k==null?e.removeAttribute(u):k==null||k===e[u]&&(T!="pro\
gress"||k)||ut(e,u,k,b[u],r),u="checked",g!=null&&g!=e[u]&&ut(e,u,g,b[u],r))}else b===R||l&&e.data==R||(e.data=R);return e}function en(e,t,n,o){try{typeof e=="f\
unction"?t?t.__x=e(t)||1:o&&(o=o.__c||o.__e)&&(t=o.__x)&&(o.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(r){y.__e(r,n)}}function tn(e,t,n){var o,
r,i,s;if(y.unmount&&y.unmount(e),!(o=e.ref)||o.current&&o.current!=e.__e||en(o,null,t,e),o=e.__c){if(o.componentWillUnmount)try{o.componentWillUnmount()}catch(l){
y.__e(l,t)}o.__P=o.__n=null}if(o=e.__k)for(s=0;s<o.length;s++)o[s]&&tn(o[s],t,typeof e.type!="function"||n&&!e.props.__P);!n&&(o=e.__c)&&(o=o.__z)&&(r=ft(o,i=[]))&&
(o==e.__e&&i.some(me),me(r),me(o)),n||me(e.__e),e.__e=e.__c=e.__=null}function oi(e,t,n){return this.constructor(e,n)}function ra(e,t){var n,o,r,i;y.__&&y.__(e,
t),t.nodeType==9&&(t=t.documentElement),o=(n=e&&32&e.__u)?null:t.__k,t.__k=je($,{children:[e]}),r=[],i=[],Yt(t,t.__k,o||pt,pt,t.namespaceURI,o?null:t.firstChild?
Xt.call(t.childNodes):null,r,o?o.__e:t.firstChild,n,i),uo(r,t.__k,i),t.__k.props.children=null}y={__e:function(e,t,n,o){for(var r,i,s;t=t.__;)if((r=t.__c)&&!(1&r.__g)){r.__g|=4;try{if((s=(i=r.constructor)&&i.getDerivedStateFromError)&&r.setState(i.getDerivedStateFromError(
e)),r.componentDidCatch&&(r.componentDidCatch(e,o||{}),s=1),s&&8&r.__g)return void(r.__g|=2)}catch(l){e=l}}throw dt=0,e}},eo=0,Jt=function(e){return e!=null&&e.
constructor===Ke},Me.prototype.setState=function(e,t){var n=this.__s;n&&n!=this.state||(n=this.__s=he({},this.state)),typeof e=="function"&&(e=e(he({},n),this.props)),
e&&(he(n,e),this.__v&&(t&&this.__k.push(t),Xn(this)))},Me.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),Xn(this))},Me.prototype.render=
$,oe=[],dt=0,to=function(e,t){return e.__v.__b-t.__v.__b},ct=Symbol(),no=/(PointerCapture)$|Capture$/i,Qt=0,Gt={},Qr=0;var ri=Symbol.for("preact-signals");function vt(){if(Q>1)Q--;else{var e,t=!1;for((function(){var r=gt;for(gt=void 0;r!==void 0;){var i=r.S;if(i.v===r.v)for(var s=i.
t;s!==void 0;s=s.x)s.i===r.i&&(s.i=i.i);r=r.o}})();ze!==void 0;){var n=ze;for(ze=void 0,ht++;n!==void 0;){var o=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&fo(n))try{n.
c()}catch(r){t||(e=r,t=!0)}n=o}}if(ht=0,Q--,t)throw e}}function $e(e){if(Q>0)return e();nn=++ii,Q++;try{return e()}finally{vt()}}var Be,x=void 0;function We(e){
var t=x,n=Be;x=void 0,Be=void 0;try{return e()}finally{x=t,Be=n}}var ze=void 0,Q=0,ht=0,ii=0,nn=0,gt=void 0,_t=0;function co(e){if(x!==void 0){var t=e.n;if(t===
void 0||t.t!==x)return t={i:0,S:e,p:x.s,n:void 0,t:x,e:void 0,x:void 0,r:t},x.s!==void 0&&(x.s.n=t),x.s=t,e.n=t,32&x.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==
void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=x.s,t.n=void 0,x.s.n=t,x.s=t),t}}function E(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=
t?.watched,this.Z=t?.unwatched,this.name=t?.name}E.prototype.brand=ri;E.prototype.h=function(){return!0};E.prototype.S=function(e){var t=this,n=this.t;n!==e&&e.
e===void 0&&(e.x=n,this.t=e,n!==void 0?n.e=e:We(function(){var o;(o=t.W)==null||o.call(t)}))};E.prototype.U=function(e){var t=this;if(this.t!==void 0){var n=e.e,
o=e.x;n!==void 0&&(n.x=o,e.e=void 0),o!==void 0&&(o.e=n,e.x=void 0),e===this.t&&(this.t=o,o===void 0&&We(function(){var r;(r=t.Z)==null||r.call(t)}))}};E.prototype.
subscribe=function(e){var t=this;return q(function(){var n=t.value;We(function(){return e(n)})},{name:"sub"})};E.prototype.valueOf=function(){return this.value};
E.prototype.toString=function(){return this.value+""};E.prototype.toJSON=function(){return this.value};E.prototype.peek=function(){var e=this;return We(function(){
return e.value})};Object.defineProperty(E.prototype,"value",{get:function(){var e=co(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){
if(ht>100)throw new Error("Cycle detected");(function(n){Q!==0&&ht===0&&n.l!==nn&&(n.l=nn,gt={S:n,v:n.v,i:n.i,o:gt})})(this),this.v=e,this.i++,_t++,Q++;try{for(var t=this.
t;t!==void 0;t=t.x)t.t.N()}finally{vt()}}}});function _(e,t){return new E(e,t)}function fo(e){for(var t=e.s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.
i)return!0;return!1}function po(e){for(var t=e.s;t!==void 0;t=t.n){var n=t.S.n;if(n!==void 0&&(t.r=n),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function mo(e){
for(var t=e.s,n=void 0;t!==void 0;){var o=t.p;t.i===-1?(t.S.U(t),o!==void 0&&(o.n=t.n),t.n!==void 0&&(t.n.p=o)):n=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),t=o}e.s=
n}function ge(e,t){E.call(this,void 0,t),this.x=e,this.s=void 0,this.g=_t-1,this.f=4}ge.prototype=new E;ge.prototype.h=function(){if(this.f&=-3,1&this.f)return!1;
if((36&this.f)==32||(this.f&=-5,this.g===_t))return!0;if(this.g=_t,this.f|=1,this.i>0&&!fo(this))return this.f&=-2,!0;var e=x;try{po(this),x=this;var t=this.x();
(16&this.f||this.v!==t||this.i===0)&&(this.v=t,this.f&=-17,this.i++)}catch(n){this.v=n,this.f|=16,this.i++}return x=e,mo(this),this.f&=-2,!0};ge.prototype.S=function(e){
if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}E.prototype.S.call(this,e)};ge.prototype.U=function(e){if(this.t!==void 0&&(E.prototype.
U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=t.n)t.S.U(t)}};ge.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==
void 0;e=e.x)e.t.N()}};Object.defineProperty(ge.prototype,"value",{get:function(){if(1&this.f)throw new Error("Cycle detected");var e=co(this);if(this.h(),e!==void 0&&
(e.i=this.i),16&this.f)throw this.v;return this.v}});function K(e,t){return new ge(e,t)}function ho(e){var t=e.j;if(e.j=void 0,typeof t=="function"){Q++;var n=x;
x=void 0;try{t()}catch(o){throw e.f&=-2,e.f|=8,on(e),o}finally{x=n,vt()}}}function on(e){for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,ho(e)}function si(e){
if(x!==this)throw new Error("Out-of-order effect");mo(this),x=e,this.f&=-2;try{8&this.f&&on(this)}finally{vt()}}function Ce(e,t){this.x=e,this.j=void 0,this.s=void 0,
this.u=void 0,this.f=32,this.name=t?.name,Be&&Be.push(this)}Ce.prototype.c=function(){var e=this.S();try{if(8&this.f||this.x===void 0)return;var t=this.x();typeof t==
"function"&&(this.j=t)}finally{e()}};Ce.prototype.S=function(){if(1&this.f)throw new Error("Cycle detected");this.f|=1,this.f&=-9,ho(this),po(this),Q++;var e=x;
return x=this,si.bind(this,e)};Ce.prototype.N=function(){2&this.f||(this.f|=2,this.u=ze,ze=this)};Ce.prototype.d=function(){this.f|=8,1&this.f||on(this)};Ce.prototype.
dispose=function(){this.d()};function q(e,t){var n=new Ce(e,t);try{n.c()}catch(r){throw n.d(),r}var o=n.d.bind(n);return o[Symbol.dispose]=o,o}var Ee,C,rn,go,sn=Object.is,yt=0,To=[],an=[],M=y,_o=M.__b,vo=M.__r,yo=M.diffed,bo=M.__c,wo=M.unmount,ko=M.__;function bt(e,t){M.__h&&M.__h(C,e,yt||t),yt=0;var n=C.
__H||(C.__H={__:[],__h:[]});return e>=n.__.length&&n.__.push({}),n.__[e]}function _e(e){return yt=1,ai(Mo,e)}function ai(e,t,n){var o=bt(Ee++,2);if(o.t=e,!o.__c&&
(o.__=[n?n(t):Mo(void 0,t),function(i){var s=(o.__N||o.__)[0],l=o.t(s,i);sn(s,l)||(o.__N=[l,o.__[1]],o.__c.setState({}))}],o.__c=C,!C.__f)){C.__f=!0;var r=C.shouldComponentUpdate;
C.shouldComponentUpdate=function(i,s,l){var f=this.__H;if(!f)return!0;var c=!1,u=this.props!=i;if(f.__.some(function(m){m.__N&&(c=!0,sn(m.__[0],m.__N[0])||(u=!0))}),
r){var p=r.call(this,i,s,l);return c?p||u:p}return!c||u}}return o.__}function O(e,t){var n=bt(Ee++,3);!M.__s&&un(n.__H,t)&&(n.__P=!0,n.__=e,n.u=t,C.__H.__h.push(
n))}function B(e,t){var n=bt(Ee++,4);!M.__s&&un(n.__H,t)&&(n.__P=!1,n.__=e,n.u=t,C.__h.push(n))}function A(e){return yt=5,ve(function(){return{current:e}},[])}function ve(e,t){var n=bt(Ee++,7);return un(n.__H,t)&&(n.__=e(),n.__H=t),n.__}function li(){var e;do{for(;e=an.shift();)try{Ve(e)}catch(n){M.__e(n,{__:(e=e.__P)&&e.__v})}for(;e=To.shift();){var t=e.__H;if(e.__P&&t)try{t.__h.some(Ve),t.__h.
some(ln),t.__h=[]}catch(n){t.__h=[],M.__e(n,e.__v)}}}while(an.length)}M.__b=function(e){C=null,_o&&_o(e)},M.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),
ko&&ko(e,t)},M.__r=function(e){vo&&vo(e),Ee=0;var t=(C=e.__c).__H;t&&(rn==C?C.__h=[]:(t.__h.some(Ve),t.__h.some(ln),Ee=0),t.__h=[],t.__.some(function(n){n.__N&&
(n.__=n.__N),n.u=n.__N=void 0})),rn=C},M.diffed=function(e){yo&&yo(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&So(To.push(t)),t.__H.__.some(function(n){n.u&&(n.
__H=n.u)})),rn=C=null},M.__c=function(e,t){t.some(function(n){try{n.__h.some(Ve),n.__h=n.__h.filter(function(o){return!o.__||ln(o)})}catch(o){n.__h=[function(){
throw o}]}}),bo&&bo(e,t)},M.unmount=function(e){wo&&wo(e);var t,n,o=e.__c;o&&o.__H&&(o.__H.__.some(function(r){try{if(r.__P&&r.__c){if(n===void 0){for(n=e.__;n&&
(!n.__c||!n.__c.__P);)n=n.__;n=n&&n.__c}r.__P=n,So(an.push(r))}else Ve(r)}catch(i){t=i}}),o.__H=void 0,t&&M.__e(t,o.__v))};var xo=typeof requestAnimationFrame==
"function";function ui(e){var t,n=function(){clearTimeout(o),xo&&cancelAnimationFrame(t),setTimeout(e)},o=setTimeout(n,35);xo&&(t=requestAnimationFrame(n))}function So(e){
e!=1&&go==M.requestAnimationFrame||((go=M.requestAnimationFrame)||ui)(li)}function Ve(e){var t=C,n=e.__c;typeof n=="function"&&(e.__c=void 0,n()),C=t}function ln(e){
var t=C;e.__c=e.__(),C=t}function un(e,t){return!e||e.length!=t.length||t.some(function(n,o){return!sn(n,e[o])})}function Mo(e,t){return typeof t=="function"?t(
e):t}var cn,Pe,wt,ci=typeof window<"u"&&!!window.__PREACT_SIGNALS_DEVTOOLS__,$o=[],Co=[];q(function(){cn=this.N})();function Re(e,t){y[e]=t.bind(null,y[e]||function(){})}
function Ge(e){if(wt){var t=wt;wt=void 0,t()}wt=e&&e.S()}function Eo(e){var t=this,n=e.data,o=z(n);o.name="ReactiveDom",o.value=n;var r=ve(function(){for(var l=t,
f=t.__v;f=f.__;)if(f.__c){f.__c.__$f|=4;break}var c=K(function(){var d=o.value.value;return d===0?0:d===!0?"":d||""}),u=K(function(){return!Array.isArray(c.value)&&
!Jt(c.value)}),p=q(function(){if(this.N=Ro,u.value){var d=c.value;l.__v&&l.__v.__e&&l.__v.__e.nodeType===3&&(l.__v.__e.data=d)}}),m=t.__$u.d;return t.__$u.d=function(){
p(),m.call(this)},[u,c]},[]),i=r[0],s=r[1];return i.value?s.peek():s.value}Eo.displayName="ReactiveTextNode";Object.defineProperties(E.prototype,{constructor:{configurable:!0,
value:oo($,null).constructor},type:{configurable:!0,value:Eo},props:{configurable:!0,get:function(){var e=this;return{data:{get value(){return e.value}}}}},__b:{
configurable:!0,value:1}});Re("__b",function(e,t){if(Ge(),Pe=void 0,typeof t.type=="string"){var n,o=t.props;for(var r in o)if(r!=="children"){var i=o[r];i instanceof
E&&(n||(t.__np=n={}),n[r]=i,o[r]=i.peek())}}e(t)});Re("__r",function(e,t){if(e(t),t.type!==$){Ge();var n,o=t.__c;o&&(o.__$f&=-2,(n=o.__$u)===void 0&&(o.__$u=n=(function(r,i){
var s;return q(function(){s=this},{name:i}),s.c=r,s})((function(r){return function(){var i;ci&&((i=this.y)==null||i.call(this)),r.__$f|=1,r.setState({})}})(o),typeof t.
type=="function"?t.type.displayName||t.type.name:""))),Pe=o,Ge(n)}});Re("__e",function(e,t,n,o){Ge(),Pe=void 0,e(t,n,o)});Re("diffed",function(e,t){Ge(),Pe=void 0;
var n;if(typeof t.type=="string"&&(n=t.__e)){var o=t.__np,r=t.props,i=n.U;if(i)for(var s in i){var l=i[s];l===void 0||o&&s in o||(l.d(),i[s]=void 0)}if(o){i||(i=
{},n.U=i);for(var f in o){var c=i[f],u=o[f];c===void 0?(c=fi(n,f,u,r),i[f]=c):c.o(u,r)}}}e(t)});function fi(e,t,n,o){var r=t in e&&e.ownerSVGElement===void 0,i=_(
n);return{o:function(s,l){i.value=s,o=l},d:q(function(){this.N=Ro;var s=i.value.value;o[t]!==s&&(o[t]=s,r?e[t]=s:s!=null&&(s!==!1||t[4]==="-")?e.setAttribute(t,
s):e.removeAttribute(t))})}}Re("unmount",function(e,t){if(typeof t.type=="string"){var n=t.__e;if(n){var o=n.U;if(o){n.U=void 0;for(var r in o){var i=o[r];i&&i.
d()}}}var s=t.__np;if(s){var l=t.props;for(var f in s)l[f]=s[f]}t.__np=void 0}else{var c=t.__c;if(c){c.__$f|=8;var u=c.__$u;u&&(c.__$u=void 0,u.d())}}e(t)});Re(
"__h",function(e,t,n,o){o<3&&(t.__$f|=2),e(t,n,o)});Me.prototype.shouldComponentUpdate=function(e,t){if(this.__R)return!0;var n=this.__$u,o=n&&n.s!==void 0;for(var r in t)
return!0;if(this.__f||typeof this.u=="boolean"&&this.u===!0){var i=2&this.__$f;if(!(o||i||4&this.__$f)||1&this.__$f)return!0}else if(!(o||4&this.__$f)||3&this.__$f)
return!0;for(var s in e)if(s!=="__source"&&e[s]!==this.props[s])return!0;for(var l in this.props)if(!(l in e))return!0;return!1};function z(e,t){return ve(function(){
return _(e,t)},[])}function Po(e,t){var n=A(e);return n.current=e,Pe.__$f|=4,ve(function(){return K(function(){return n.current()},t)},[])}var di=typeof requestAnimationFrame>
"u"?setTimeout:function(e){var t=function(){clearTimeout(n),cancelAnimationFrame(o),e()},n=setTimeout(t,35),o=requestAnimationFrame(t)},pi=function(e){queueMicrotask(
function(){queueMicrotask(e)})};function mi(){$e(function(){for(var e;e=$o.shift();)cn.call(e)})}function hi(){$o.push(this)===1&&(y.requestAnimationFrame||di)(
mi)}function gi(){$e(function(){for(var e;e=Co.shift();)cn.call(e)})}function Ro(){Co.push(this)===1&&(y.requestAnimationFrame||pi)(gi)}function _i(e,t){var n=A(
e);n.current=e;var o=Pe;O(function(){return q(function(){if(this.N=hi,!(o&&8&o.__$f))return n.current()},t)},[])}var vi=/[\u0000-\u0008\u000b-\u001f\u007f]/g,yi=/[\u202a-\u202e\u2066-\u2069]/g,Ao=/\p{Surrogate}/gu,bi=e=>e===""?"␡":String.fromCharCode(9216+e.charCodeAt(0)),
wi=e=>`⟨U+${e.charCodeAt(0).toString(16).toUpperCase()}⟩`;function fn(e){return e.replace(/\r\n/g,`
`).replace(vi,bi).replace(yi,wi).replace(Ao,"�")}function Ae(e){return fn(e).replace(/\n/g,"␊").replace(/\t/g," ")}var Je=e=>encodeURIComponent(e.replace(Ao,
"�"));function ga(e,t){if(e.length<=t)return e;let n=/[\ud800-\udbff]/.test(e.charAt(t-1))?t-1:t;return e.slice(0,n)}var U=class extends Error{constructor(n,o,r=0){super(o);this.status=n;this.retryAfterS=r}status;retryAfterS},kt="picket-key",ki=6e4,I=_(void 0),Ne=_(!1),Qe=_(0),
dn=[],xi=()=>{try{return localStorage.getItem(kt)??""}catch{return""}},No=e=>{try{e?localStorage.setItem(kt,e):localStorage.removeItem(kt)}catch{}},ie=xi();function xt(){
return{"Picket-Request":ie||"guest",Accept:"application/json"}}function Oo(e){if(e==="."||e==="..")throw new U(0,`The name "${e}" cannot be written in an address; use picket ctl.`);return Je(e)}var Z=(e,...t)=>`/api/core/v2\
/namespaces/${[e,...t].map(Oo).join("/")}`,St=(e,...t)=>`/api/picket/v1/namespaces/${[e,...t].map(Oo).join("/")}`;function Si(e,t){try{let n=JSON.parse(t).message;
if(typeof n=="string"&&n)return n}catch{}return e===403?"You may not do that.":e===404?"It is not there.":`The backend answered with status ${e}.`}async function pn(e){
let t=await e.text().catch(()=>"");return new U(e.status,Si(e.status,t),Number(e.headers.get("Retry-After"))||0)}async function Tt(e,t,n,o){let r=AbortSignal.timeout(
ki),i=e==="PATCH"?"application/merge-patch+json":"application/json";try{let s=await fetch(t,{method:e,credentials:"same-origin",cache:"no-store",redirect:"error",
headers:n===void 0?xt():{...xt(),"Content-Type":i},...n===void 0?{}:{body:JSON.stringify(n)},signal:o?Ti(o,r):r});return Qe.value=Date.now(),s}catch(s){throw o?.
aborted?s:new U(0,r.aborted?"picket did not answer within a minute.":"picket does not answer.")}}function Ti(e,t){let n=new AbortController,o=()=>n.abort();for(let r of[
e,t])r.aborted?o():r.addEventListener("abort",o,{once:!0});return n.signal}var Mi=()=>new Promise(e=>dn.push(e));async function $i(e,t,n,o){for(;;){let r=await Tt(
e,t,n,o);if(r.ok)return r.text();if(r.status!==401||!I.value)throw await pn(r);Ne.value=!0,await Mi()}}async function X(e,t,n,o){let r=await $i(e,t,n,o);return r?
JSON.parse(r):void 0}var se=(e,t)=>X("GET",e,void 0,t),mn="/api/picket/v1/session";function Lo(e){I.value=e,Ne.value=!1;let t=dn;dn=[],t.forEach(n=>n())}async function ye(){
let e=await Tt("GET",mn,void 0);if(e.ok)return Lo(await e.json());if(e.status!==401)throw await pn(e);I.value?Ne.value=!0:I.value=null}async function ba(e,t,n){
let o=ie;ie="";let r=await Tt("POST",mn,{username:e,password:t,stay:n}).finally(()=>{ie=o});if(!r.ok)throw await pn(r);let i=await r.json();No(ie=i.key??""),Lo(
i)}async function wa(){await Tt("DELETE",mn,void 0).catch(()=>{}),No(ie=""),I.value=null,await ye()}function ka(){addEventListener("storage",e=>{e.key!==kt||(e.
newValue??"")===ie||(ie=e.newValue??"",ye().catch(()=>{}))})}function Mt(e,t,n){let o=I.value?.may??{},r=i=>[n,"*"].some(s=>o[i]?.[s]?.some(l=>l===t||l==="*"));
return e?r(e)||r("*"):Object.keys(o).some(r)}var Ci=["problems","events","entities","checks","silences","config","journal","backend","wall"],Ei=e=>{try{return decodeURIComponent(e)}catch{return e}},Do=e=>Ci.
includes(e??"");function Fo(e){let t=/^\/c\/[^/]+\/n\/([^/]+)\/?(.*)$/.exec(e);if(t||(t=/^\/([^/]+)\/((?:events|entities|checks|silences|silenced)(?:\/.*)?)$/.exec(
e)),!t||t[1]==="n"||t[1]==="all"||Do(t[1]))return e.replace(/^(\/n\/[^/]+\/entities\/[^/]+)\/events\/?$/,"$1");let n=t[2].replace(/^silenced/,"silences").replace(
/^(entities\/[^/]+)\/events\/?$/,"$1");return`/n/${t[1]}/${n}`}function Pi(e,t,n="default"){let o=Fo(e).split("/").filter(Boolean).map(Ei),r=Object.fromEntries(
new URLSearchParams(t));if(o[0]==="wall")return{page:"wall",ns:r.ns??"",path:[],query:r};let i=o[0]==="all",s=o[0]==="n"&&o[1],[l,...f]=i?o.slice(1):s?o.slice(2):
[],c=Do(l)&&l!=="wall";return{page:c?l:"problems",ns:i?"":s||n,path:c?f:[],query:r}}function ae(e){let t=Object.fromEntries(Object.entries(e.query??{}).filter(([
,r])=>r));e.page==="wall"&&e.ns&&(t.ns=e.ns);let n=new URLSearchParams(t).toString().replace(/%3A/g,":").replace(/%2C/g,",");return[e.page==="wall"?"":e.ns?`/n/${Je(
e.ns)}`:"/all",e.page,...(e.path??[]).map(Je)].join("/")+(n?`?${n}`:"")}var gn=(e,t,n)=>ae({page:"events",ns:e,path:[t,n]}),Ma=(e,t)=>ae({page:"entities",ns:e,path:[
t]}),$a=e=>(t,n)=>ae({page:"events",ns:e,query:{q:/[\s"]/.test(t+n)?`label:"${t}=${n}"`:`label:${t}=${n}`}}),w=_({page:"problems",ns:"default",path:[],query:{}}),
qo="default";function hn(){w.value=Pi(location.pathname,location.search,qo)}function Ca(e){qo=e;let t=Fo(location.pathname);t!==location.pathname&&history.replaceState(
null,"",t+location.search),addEventListener("popstate",hn),hn(),location.pathname==="/"&&history.replaceState(null,"",ae(w.value))}function $t(e,t=!1){e!==location.
pathname+location.search&&history[t?"replaceState":"pushState"](history.state,"",e),hn()}function Y(e,t=!0){let n=w.value;$t(ae({...n,query:{...n.query,...e}}),
t)}function Ea(e){let t=e.target.closest?.("a");!t||e.defaultPrevented||e.button||e.ctrlKey||e.metaKey||e.shiftKey||e.altKey||t.target||t.origin!==location.origin||
t.getAttribute("href").startsWith("#")||(e.preventDefault(),$t(t.pathname+t.search))}var ee={silenced:1,flapping:2,ttl:4,metrics:8,runnable:16,dependency:32},vn=["namespace","entity","check","status","flags","occurrences","executed","since","tol\
d","output"],yn=(e,t,n)=>`${e}/${t}/${n}`,Le=e=>(e.flags&ee.silenced)!==0,Oe=e=>Math.min(e,3);function bn(e){let t=Object.fromEntries(e.map((r,i)=>[r,i])),n=(r,i)=>String(
r[t[i]??-1]??""),o=(r,i)=>Number(r[t[i]??-1]??0);return r=>{let i=o(r,"flags"),s=n(r,"namespace"),l=n(r,"entity"),f=n(r,"check"),c=n(r,"output");return{key:yn(s,
l,f),ns:s,entity:l,check:f,output:c,status:o(r,"status"),flags:i,occurrences:o(r,"occurrences"),executed:o(r,"executed"),since:o(r,"since"),told:n(r,"told"),hay:`${l}\
 ${f} ${c}`.toLowerCase()}}}var Io=[3,2,0,1],Ze=(e,t)=>Ct(e.entity,t.entity)||Ct(e.check,t.check)||Ct(e.ns,t.ns),Ct=(e,t)=>e<t?-1:e>t?1:0,_n={severity:(e,t)=>Io[Oe(
e.status)]-Io[Oe(t.status)]||t.since-e.since||Ze(e,t),since:(e,t)=>t.since-e.since||Ze(e,t),executed:(e,t)=>t.executed-e.executed||Ze(e,t),entity:Ze,check:(e,t)=>Ct(
e.check,t.check)||Ze(e,t)};function Uo(e,t,n){let o=Object.hasOwn(_n,t)?_n[t]:_n.severity;return e.sort(n?(r,i)=>o(i,r):o)}function Xe(e){let t=[[0,0],[0,0],[0,
0],[0,0]];for(let n of e){let o=t[Oe(n.status)];o[0]++,Le(n)&&o[1]++}return t}var wn=e=>[0,1,2,3].map(t=>e?.[t]??[0,0]),Et=(e,t)=>e[t][0]-e[t][1];function Ho(e,t){
let n=new Map(t.map((r,i)=>[r,i])),o=e.flatMap(r=>n.get(r)??[]);return e.length-o.length+(t.length-o.length)+(o.length-Ri(o))}function Ri(e){let t=[];for(let n of e){
let o=0,r=t.length;for(;o<r;){let i=o+r>>1;t[i]<n?o=i+1:r=i}t[o]=n}return t.length}var xn=2e4,Ai=2e3,At=_(0),jo=()=>Math.floor(Date.now()/1e3+At.value),ue=_(Math.floor(Date.now()/1e3)),be=K(()=>Math.floor(ue.value/5)*5);function Da(){setInterval(
()=>{document.hidden||(ue.value=jo())},1e3),q(()=>{ue.value=jo()})}var Vo="picket-preferences",Ko={theme:"auto",density:"normal",keys:!0,zone:"local"};function Ni(){
try{return{...Ko,...JSON.parse(localStorage.getItem(Vo)??"{}")}}catch{return Ko}}var le=_(Ni());function Fa(e){le.value={...le.value,...e};try{localStorage.setItem(
Vo,JSON.stringify(le.value))}catch{}}var Ye=K(()=>le.value.zone),Go=e=>({ns:e,map:new Map,matched:0,counts:wn(void 0),loaded:"no",partial:!1,error:null}),v=_(Go(
"")),te=_(""),kn=bn(vn),Pt=0,Oi=e=>e?St(e,"events"):"/api/picket/v1/events";async function Bo(e,t){return se(`${Oi(e)}?${new URLSearchParams(t)}`)}function zo(e,t,n){
kn=bn(t.columns??vn);let o=new Map;for(let s of t.rows){let l=kn(s);o.set(l.key,l)}let r=t.matched>t.rows.length,i=n==="all"&&!r;v.value={ns:e,map:o,matched:t.matched,
counts:i?Xe(o.values()):wn(t.counts),loaded:n,partial:r,error:null}}async function De(){let e=w.value.ns,t=++Pt,n=te.value;v.value.ns!==e&&(v.value=Go(e));try{if(v.
value.loaded==="no"){let r=await Bo(e,{status:"1,2,3",limit:String(Ai)});t===Pt&&zo(e,r,"problems")}let o=await Bo(e,{limit:String(xn),...n?{q:n}:{}});return t===
Pt&&zo(e,o,"all"),o.revision}catch(o){throw t===Pt&&(v.value={...v.value,error:o}),o}}var Jo,Li=100,Di=.03;function Fi(){Jo=void 0,v.value={...v.value,counts:v.
value.partial?v.value.counts:Xe(v.value.map.values())}}function Sn(){Jo??=setTimeout(Fi,Math.max(Li,v.value.map.size*Di))}var Wo=_([]);function Qo(e){let t=[],n=v.
value.map,o=v.value.loaded==="all"&&!te.value;for(let r of e){let i=kn(r),s=n.get(i.key);!o&&!s&&i.status===0||(i.status===2&&s?.status!==2&&!(i.flags&1)&&t.push(
i),n.set(i.key,i))}t.length&&(Wo.value=[...Wo.value,...t].slice(-50)),Sn()}function Nt(e){for(let[t,n,o]of e)v.value.map.delete(yn(t,n,o));Sn()}function Ot(e,t){
let n=v.value.map.get(e);n&&(v.value.map.set(e,{...n,...t}),Sn())}var Lt=_(null);async function Tn(){let e=await se("/api/picket/v1/summary");$e(()=>{Lt.value=e,
At.value=e.now-Date.now()/1e3})}var et=K(()=>{let e=v.value;if(e.ns===w.value.ns&&e.loaded==="all"&&!te.value)return e.counts;let t=Lt.value?.namespaces.filter(
n=>!w.value.ns||n.name===w.value.ns)??[];return t.length?[0,1,2,3].map(n=>t.reduce((o,r)=>[o[0]+(r.counts[n]?.[0]??0),o[1]+(r.counts[n]?.[1]??0)],[0,0])):e.counts}),
Mn=K(()=>I.value?.namespaces??[]),Fe={silenced:_(0),entities:_(0),checks:_(0)},we=e=>{Fe[e].value++},Rt=_([]),qi=6e3,Ii=0;function $n(e,t=!1){let n=++Ii;Rt.value=
[...Rt.value,{id:n,text:e,bad:t}].slice(-4),t||setTimeout(()=>Ui(n),qi)}var Ui=e=>{Rt.value=Rt.value.filter(t=>t.id!==e)};var Ie=[],qe="",Zo,Hi=1500;function Yo(e){return Ie.unshift(e),()=>{Ie.splice(Ie.indexOf(e),1)}}var Ua=()=>Ie.flat();function ji(e){return(e.ctrlKey||e.metaKey?
"Ctrl-":"")+(e.shiftKey&&e.key.length>1?"Shift-":"")+(e.key===" "?"Space":(e.ctrlKey||e.metaKey)&&e.key.length===1?e.key.toUpperCase():e.key)}function Xo(e){let t=e;
return!!t&&(t.isContentEditable||t.tagName==="TEXTAREA"||t.tagName==="SELECT"||t.tagName==="INPUT"&&!/checkbox|radio/.test(t.type))}var Ki=e=>!!e?.closest?.("bu\
tton,a,input,summary,select");function Bi(e,t){let n=t.target===document.body||!!t.target.closest?.("[data-list]");return Ie.flat().find(o=>o.keys.split(" or ").
includes(e)&&(!o.row||n))}function zi(e){if(e.altKey||e.defaultPrevented||e.isComposing)return;let t=ji(e),n=t.length===1||t==="Space";if(document.querySelector(
"dialog[open]")&&t!=="Ctrl-K"||Xo(e.target)&&n||n&&!le.value.keys||(t==="Space"||t==="Enter")&&Ki(e.target))return;let o=Bi(qe?`${qe} ${t}`:t,e),r=!qe&&Ie.flat().
some(i=>i.keys.startsWith(`${t} `));clearTimeout(Zo),qe=!o&&r?t:"",qe&&(Zo=setTimeout(()=>{qe=""},Hi)),!(!o||Xo(e.target)&&!t.startsWith("Ctrl-"))&&(e.preventDefault(),
o.run(e))}function Ha(){addEventListener("keydown",zi)}function er(e){let t="",n={event:"message",id:0,data:""},o=r=>{if(r===""){n.data&&e(n),n={event:"message",id:n.id,data:""};return}let i=r.indexOf(":"),s=i<0?r:r.
slice(0,i),l=i<0?"":r.slice(i+1).replace(/^ /,"");s==="event"?n.event=l:s==="id"?n.id=Number(l)||n.id:s==="data"&&(n.data+=(n.data?`
`:"")+l)};return r=>{if(t+=r,t.length>8388608)throw new Error("a frame of the stream has no end");let i=t.split(/\r?\n/);t=i.pop(),i.forEach(o)}}var Wi=3e4;function tr(e,t){
let n=Math.min(Wi,1e3*2**Math.max(0,e-1));return Math.round(n*(.75+t/2))}var Cn=class{constructor(t,n,o,r){this.tab=t;this.say=n;this.hidden=o;this.giveUp=r}tab;say;hidden;giveUp;mine=!1;later=new Set;opened(){this.mine=!0,this.later.
clear(),this.say({tab:this.tab,open:!0})}closed(){this.mine&&this.say({tab:this.tab,open:!1}),this.mine=!1}heard(t){if(!t.open){this.later.delete(t.tab);return}
this.mine&&(this.later.add(t.tab),!(!this.hidden()&&this.later.size<4)&&(this.closed(),this.giveUp()))}};function nr(e){let t=typeof BroadcastChannel>"u"?null:new BroadcastChannel(
"picket-streams"),n=new Cn(Array.from(crypto.getRandomValues(new Uint32Array(2))).join("-"),o=>t?.postMessage(o),()=>document.hidden,e);return t?.addEventListener(
"message",o=>n.heard(o.data)),addEventListener("pagehide",()=>n.closed()),n}var L=_("off"),lr=_(0),ur=_(!0),or=4e4,Vi=3e4,Gi=1e4,Ji=300,Qi=5e3,Zi=300,ke=null,xe=0,Rn,tt=!1,Pn=nr(()=>{document.hidden?fr():(tt=!0,Ft())});function Xi(){let e=[
"events","silenced","entities","checks"].filter(n=>Mt(w.value.ns,"list",n));if(!e.includes("events"))return null;let t=w.value.ns||(Mn.value.length===1?Mn.value[0]:
"");return`/api/picket/v1/watch?${new URLSearchParams({kinds:e.join(","),view:"rows",quiet:"yes",...t?{namespace:t}:{}})}`}var En=new Map;function Yi(e){!(e in Fe)||
En.has(e)||En.set(e,setTimeout(()=>{En.delete(e),we(e)},Ji))}var rr;function es(){rr??=setTimeout(()=>{rr=void 0,Tn().catch(()=>{})},Qi)}function ir(e){e.event===
"rows"?Qo(JSON.parse(e.data)):e.event==="gone"?Nt(JSON.parse(e.data)):e.event==="stale"&&Yi(JSON.parse(e.data).kind),es()}async function ts(e,t){let n=[],o=setTimeout(
()=>t.abort(),or),r=async()=>{n??=[];let f=await De();for(let c of n)c.id>=f&&ir(c);n=null},i=er(f=>{f.event==="reload"?r().catch(()=>t.abort()):n?n.push(f):ir(
f)}),s=e.body.pipeThrough(new TextDecoderStream).getReader(),l=r().catch(()=>t.abort());try{for(;;){let{done:f,value:c}=await s.read();if(f)return await l;clearTimeout(
o),o=setTimeout(()=>t.abort(),or),Qe.value=Date.now(),i(c)}}finally{clearTimeout(o)}}function cr(){xe=0,lr.value=0,L.value="live",Tn().catch(()=>{});for(let e of Object.
keys(Fe))we(e)}async function ns(e){let t=Xi();if(!t||tt)return sr(e);let n=await fetch(t,{headers:xt(),credentials:"same-origin",cache:"no-store",signal:e.signal});
if(Qe.value=Date.now(),n.status===403&&await ye(),n.status===403||n.status===404)return sr(e);if(n.status===401)throw await ye(),new U(401,"the session is over");
if(!n.ok)throw new U(n.status,"the stream of changes was refused");xe&&await ye(),cr(),Pn.opened(),await ts(n,e).finally(()=>{ke===e&&Pn.closed()})}async function sr(e){
await De(),cr(),L.value="polling",await new Promise(t=>{let n=setTimeout(t,Gi);e.signal.addEventListener("abort",()=>{clearTimeout(n),t()})})}function os(e){xe++,
e?L.value="connecting":xe>1?(L.value="offline",lr.value||=Math.floor(Qe.value/1e3)):L.value="connecting"}async function ar(e){let t=e instanceof U?e.status:0;t===
403&&await ye().catch(()=>{}),os(t>0),Rn=setTimeout(()=>{Ft()},xe===1?Zi:tr(xe-1,Math.random()))}async function Ft(){clearTimeout(Rn),ke?.abort();let e=ke=new AbortController;
if(!I.value||Ne.value){L.value="off";return}if(!ur.value){L.value="paused";return}L.value!=="offline"&&(L.value="connecting");try{await ns(e)}catch(t){ke===e&&await ar(
t);return}if(ke===e){if(L.value==="polling")return Ft();await ar(null)}}var Dt=()=>{xe=0,tt=!1,Ft()};function fr(){ke?.abort(),ke=null,Pn.closed(),clearTimeout(
Rn),L.value="off"}function Za(){let e;document.addEventListener("visibilitychange",()=>{clearTimeout(e),document.hidden?e=setTimeout(fr,Vi):(L.value==="off"||L.
value==="offline"||tt)&&Dt()}),addEventListener("online",()=>Dt()),addEventListener("focus",()=>{tt&&Dt()});let t="";q(()=>{let n=[I.value?.username??"",Ne.value,
ur.value,w.value.ns,te.value,JSON.stringify(I.value?.may??{})].join(`
`);n!==t&&(t=n,Promise.resolve().then(()=>Dt()))})}var rs=Symbol.for("pv"),is=0;function a(e,t,n,o,r,i){t||(t={});var s,l,f=t;if("ref"in f&&typeof e!="function")for(l in f={},t)l=="ref"?s=t[l]:f[l]=t[l];var c={type:e,props:f,key:n,ref:s,__k:null,
__:null,__b:0,__e:null,__c:null,constructor:rs,__v:--is,__i:-1,__u:0};return(r||i)&&(c.__source=r,c.__self=i),y.vnode&&y.vnode(c),c}function al(e,t=[],n=""){let[o,r]=_e({path:e,error:null,loading:!!e}),[i,s]=_e(0),l=`${t.map(c=>Fe[c].value).join()} ${n}`;O(()=>{if(!e)return;let c=new AbortController;
return r(u=>u.path===e?{...u,loading:!0}:{path:e,error:null,loading:!0}),se(e,c.signal).then(u=>r({path:e,data:u,error:null,loading:!1}),u=>{c.signal.aborted||r(
p=>({path:e,data:p.path===e?p.data:void 0,error:u,loading:!1}))}),()=>c.abort()},[e,l,i]);let f=o.path===e;return{data:f?o.data:void 0,error:f?o.error:null,loading:!f||
o.loading,again:()=>s(c=>c+1)}}function ce(e){let t=A(e);t.current=e,B(()=>Yo(e.map((n,o)=>({...n,run:r=>t.current[o]?.run(r)}))),[e.map(n=>n.keys).join()])}var dr="\
(max-width: 699px)",An=_(matchMedia(dr).matches);matchMedia(dr).addEventListener("change",e=>{An.value=e.matches});var ss=_("Problems");function pr(e){B(()=>{ss.
value=e},[e])}function mr(e,t=150){let n=z(!1);return O(()=>{if(!e){n.value=!1;return}let o=setTimeout(()=>{n.value=!0},t);return()=>clearTimeout(o)},[e]),n.value&&
e}function hr(e){let t=z(600);return B(()=>{let n=new ResizeObserver(()=>{e.current&&(t.value=e.current.clientHeight)});return n.observe(e.current),()=>n.disconnect()},
[]),t}var W={keys:new Set,anchor:null};function qt(e,t){let n=new Set(e.keys);return n.delete(t)||n.add(t),{keys:n,anchor:t}}function It(e,t,n){let o=t.indexOf(e.anchor??
n),r=t.indexOf(n);if(o<0||r<0)return qt(e,n);let i=new Set(e.keys);for(let s of t.slice(Math.min(o,r),Math.max(o,r)+1))i.add(s);return{keys:i,anchor:e.anchor??n}}
var nt=e=>({keys:new Set(e),anchor:e[0]??null});function gr(e,t){let n=new Set([...e.keys].filter(t));return n.size===e.keys.size?e:{keys:n,anchor:e.anchor&&t(e.
anchor)?e.anchor:null}}var as=_(null),_r=e=>{as.value=e},dl=_(!1),pl=_(""),ml=_(!1),hl=_(!1),D=_(W);var vr="M3.5 11.5c1-1 1.2-2 1.2-4A3.3 3.3 0 0 1 8 4a3.3 3.3 0 0 1 3.3 3.5c0 2 .2 3 1.2 4zM6.8 13.8h2.4M8 4V2.6M2 2l12 12",ls={critical:{f:"M5 1h6l4 4v6l-4 4H5l-\
4-4V5z",c:"M8 4.2v4.6M8 11.4v.2"},warning:{f:"M8 1.2 15.4 14.6H.6z",c:"M8 6v4.2M8 12.3v.2"},unknown:{f:"M8 .6 15.4 8 8 15.4.6 8z",c:"M6.3 6.3a1.8 1.8 0 1 1 2.4 \
1.9c-.5.2-.7.5-.7 1.1M8 11.4v.2"},ok:{s:"M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M5 8.2l2.1 2.1L11 6"},silenced:{s:vr},bell:{s:"M3.5 11.5c1-1 1.2-2 1.2-4A3.\
3 3.3 0 0 1 8 4a3.3 3.3 0 0 1 3.3 3.5c0 2 .2 3 1.2 4zM6.8 13.8h2.4M8 4V2.6"},told:{s:"M1.5 3.5h13v9h-13zM1.5 4l6.5 5 6.5-5"},nobody:{s:"M8 2a6 6 0 1 1 0 12A6 6 \
0 1 1 8 2M3.8 12.2l8.4-8.4"},filtered:{s:"M2 2.5h12L9.5 8.2v5l-3-1.6V8.2z"},held:{s:"M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8M6.4 5.4v5.2M9.6 5.4v5.2"},failed:{
s:"M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6"},waiting:{s:"M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8M8 4.6V8l2.4 1\
.6"},problems:{s:"M5.2 1.8h5.6l3.4 3.4v5.6l-3.4 3.4H5.2l-3.4-3.4V5.2zM8 5v3.6M8 10.9v.2"},events:{s:"M2 4h1M2 8h1M2 12h1M5.5 4H14M5.5 8H14M5.5 12H14"},entities:{
s:"M2 2.5h12v4.2H2zM2 9.3h12v4.2H2zM4.5 4.6h.2M4.5 11.4h.2"},checks:{s:"M2 3.8l1.2 1.2 2-2.2M2 8.4l1.2 1.2 2-2.2M2 13l1.2 1.2 2-2.2M8 4h6M8 8.6h6M8 13.2h6"},silences:{
s:vr},config:{s:"M2 4.5h7M12.5 4.5H14M2 11.5h1.5M7 11.5h7M10.8 2.8v3.4M5.2 9.8v3.4"},journal:{s:"M3 2h10v12H3zM5.5 5h5M5.5 8h5M5.5 11h3"},backend:{s:"M2 4.2C2 3\
 4.7 2 8 2s6 1 6 2.2v7.6C14 13 11.3 14 8 14s-6-1-6-2.2zM2 4.2c0 1.2 2.7 2.2 6 2.2s6-1 6-2.2M2 8c0 1.2 2.7 2.2 6 2.2S14 9.2 14 8"},wall:{s:"M1.5 2.5h13v8.5h-13zM\
5 14h6M8 11v3"},search:{s:"M7 2a5 5 0 1 1 0 10A5 5 0 1 1 7 2M10.6 10.6 14.3 14.3"},down:{s:"M3.5 6 8 10.5 12.5 6"},back:{s:"M10 3 5 8l5 5"},close:{s:"M3.5 3.5l9\
 9M12.5 3.5l-9 9"},run:{s:"M13.5 8A5.5 5.5 0 1 1 11.6 3.8M13.6 1.6v3.2h-3.2"},delete:{s:"M2.5 4h11M6 4V2.2h4V4M4 4l.7 10h6.6L12 4M6.7 6.8v4.6M9.3 6.8v4.6"},user:{
s:"M8 2.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 1 1 0-5.6M2.5 14.2c.4-2.8 2.6-4.2 5.5-4.2s5.1 1.4 5.5 4.2"},theme:{f:"M8 1.5a6.5 6.5 0 0 1 0 13z",s:"M8 1.5a6.5 6.5 0 1 \
1 0 13a6.5 6.5 0 1 1 0-13"},help:{s:"M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M6 6.2A2 2 0 1 1 8.6 8c-.4.2-.6.6-.6 1.2M8 11.4v.2"},more:{s:"M3 8h.2M8 8h.2M13\
 8h.2"},plus:{s:"M8 3v10M3 8h10"},pause:{s:"M5.5 3v10M10.5 3v10"},play:{s:"M4.5 2.8v10.4L13 8z"},flap:{s:"M1.5 11 4.5 4l3 8 3-8 3 7"}};function P({name:e,title:t,
size:n=16}){let o=ls[e];return a("svg",{class:`icon icon-${e}`,width:n,height:n,viewBox:"0 0 16 16",role:t?"img":void 0,"aria-hidden":t?void 0:"true","aria-labe\
l":t,children:[o.f&&a("path",{class:"fill",d:o.f}),o.s&&a("path",{class:"line",d:o.s}),o.c&&a("path",{class:"cut",d:o.c})]})}var yr=[["d",86400],["h",3600],["m",60],["s",1]];function ot(e){let t=Math.max(0,Math.floor(e)),n=yr.findIndex(([,r])=>t>=r);if(n<0)return"0 s";let o=[];for(let[
r,i]of yr.slice(n,n+2))t>=i&&o.push(`${Math.floor(t/i)} ${r}`),t%=i;return o.join(" ")}var Ht=e=>ot(e<60?e:e-e%60),yl=e=>`every ${e===60?"minute":e===3600?"hou\
r":e===86400?"day":ot(e)}`,kr=(e,t)=>t-e<1?"just now":`${ot(t-e)} ago`;var br=new Map;function xr(e,t){let n=e+JSON.stringify(t),o=br.get(n);return o||br.set(n,o=new Intl.DateTimeFormat("en-GB",{...t,hourCycle:"h23",...e==="utc"?{timeZone:"\
UTC"}:{}})),o}var Sr={hour:"2-digit",minute:"2-digit"},us={...Sr,second:"2-digit"},cs={year:"numeric",month:"2-digit",day:"2-digit"},Ut=(e,t,n=!1)=>xr(t,n?us:Sr).
format(e*1e3);function Se(e,t){let n=Object.fromEntries(xr(t,cs).formatToParts(e*1e3).map(o=>[o.type,o.value]));return`${n.year}-${n.month}-${n.day}`}function Tr(e,t,n){
return Se(e,n)===Se(t,n)?Ut(e,n):`${Se(e,n)} ${Ut(e,n)}`}function fs(e,t){let n=t==="utc"?0:-new Date(e*1e3).getTimezoneOffset(),o=Math.abs(n),r=i=>String(i).padStart(
2,"0");return`${n<0?"-":"+"}${r(Math.floor(o/60))}:${r(o%60)}`}function jt(e,t){if(!e)return"never";let n=`${Se(e,"utc")} ${Ut(e,"utc",!0)} UTC`;return t==="utc"?
n:`${Se(e,t)} ${Ut(e,t,!0)} ${fs(e,t)} = ${n}`}var ds={s:1,m:60,min:60,h:3600,d:86400,w:604800};function Nn(e){let t=e.trim().toLowerCase();if(!/^(\d+(\.\d+)?\s*(s|min|m|h|d|w)\s*)+$/.
test(t))return;let n=0;for(let o of t.matchAll(/(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)/g))n+=Number(o[1])*ds[o[2]];return Math.round(n)}function bl(e,t,n){let o=Nn(e);
if(o!==void 0)return o>0?t+o:void 0;let r=/^(?:until\s+)?(?:(\d{4}-\d\d-\d\d)[ t])?(\d{1,2}):(\d\d)$/i.exec(e.trim());if(!r||Number(r[2])>23||Number(r[3])>59)return;
let i=wr(r[1]??Se(t,n),Number(r[2]),Number(r[3]),n);return i===void 0||i>t?i:r[1]?void 0:wr(Se(t+86400,n),Number(r[2]),Number(r[3]),n)}function wr(e,t,n,o){let[
r,i,s]=e.split("-").map(Number),l=o==="utc"?Date.UTC(r,i-1,s,t,n):new Date(r,i-1,s,t,n).getTime();return Number.isNaN(l)?void 0:Math.floor(l/1e3)}var Ue=e=>Object.assign(Object.create(null),e);var ps=Ue({"":{icon:"nobody",word:"nobody",title:"Nobody was told: it names no handler, or nothing is decided yet",tone:"quiet"},told:{icon:"told",word:"told",title:"\
A handler told somebody",tone:"good"},delivered:{icon:"told",word:"told",title:"A handler told somebody",tone:"good"},filtered:{icon:"filtered",word:"filtered",
title:"A filter of every handler said no",tone:"quiet"},"held back":{icon:"held",word:"held back",title:"Held back: by an alert rule, or by what it depends on",
tone:"quiet"},failed:{icon:"failed",word:"failed",title:"A handler tried to tell and failed",tone:"bad"},unknown:{icon:"failed",word:"no handler",title:"The han\
dler it names does not exist",tone:"bad"},dropped:{icon:"failed",word:"dropped",title:"Not told: sets of handlers nested too deeply, or too many of them",tone:"\
bad"},silenced:{icon:"silenced",word:"silenced",title:"Not told: it was silenced",tone:"quiet"},waiting:{icon:"waiting",word:"waiting",title:"On its way: it run\
s, or is tried again",tone:"quiet"}}),On=e=>ps[e]??{icon:"nobody",word:e,title:e,tone:"quiet"},ms=Ue({not_silenced:"it is silenced",is_incident:"it is no incide\
nt, nor the end of one",has_metrics:"it has no metrics"});function Mr(e){let t=/^filter ([^:]+): ?([^]*)$/.exec(e);return t?[ms[t[1]]??`filter ${t[1]} said no`,
t[2]]:["a filter said no",e]}function Sl(e){let t=On(e.outcome),n=e.why??"";switch(e.outcome){case"delivered":return{...t,text:"told",detail:n};case"filtered":{
let[o,r]=Mr(n);return{...t,text:`not told: ${o}`,detail:r}}case"silenced":return{...t,text:"not told: it was silenced",detail:Mr(n)[1]};case"held back":return{...t,
text:(e.alert?.told?"told before; not again yet: ":"not yet: ")+(n.replace(/^alert rule: /,"")||"held back"),detail:""};case"failed":return{...t,text:"not told:\
 it failed",detail:n};case"unknown":return{...t,text:"not told: there is no such handler",detail:n};case"dropped":return{...t,text:"not told: dropped",detail:n};case"\
waiting":return{...t,text:"on its way",detail:n};default:return{...t,text:e.outcome,detail:n}}}var Tl=e=>e.outcome==="silenced"||e.outcome==="filtered"&&/^filter not_silenced\b/.
test(e.why??""),hs=["delivered","waiting","failed","unknown","held back","dropped","silenced","filtered"];function Ml(e){let t=hs.find(n=>e.some(o=>o.outcome===
n))??"";return t==="delivered"?"told":t}var gs=e=>e.outcome==="delivered"||e.outcome==="told"||!!e.alert?.told;function $l(e,t,n){if(!t)return{text:"Nobody: thi\
s check names no handler.",tone:n?"bad":"quiet"};if(!e||!e.handlers.length)return{text:"Nothing is decided yet.",tone:"quiet"};let o=[...new Set(e.handlers.filter(
gs).map(i=>i.handler))];return o.length?{text:`Yes: ${o.slice(0,3).join(", ")}${o.length>3?` and ${o.length-3} more`:""}.`,tone:"good"}:e.handlers.some(i=>i.outcome===
"waiting")?{text:"It is on its way.",tone:"quiet"}:n?{text:"No, nobody.",tone:e.handlers.some(i=>["failed","unknown","dropped"].includes(i.outcome))?"bad":"quie\
t"}:{text:"No, and it is OK.",tone:"quiet"}}function Cl(e,t){let n=Math.max(1,e?.after??1),o=e?.every??1;return t<n?n:o?n+o*(Math.floor((t-n)/o)+1):0}var _s=/\bhttps?:\/\/[^\s<>"'`\u0000-\u001f\u2400-\u2421\u27e8\u27e9]+/gi;function vs(e){let t=e.replace(/[.,;:!?*]+$/,"");for(let[n,o]of["()","[]","{}"])t.endsWith(o)&&t.split(o).length>t.split(n).length&&(t=t.slice(0,-1));return t}function ys(e){
try{let t=new URL(e);return t.protocol==="http:"||t.protocol==="https:"?t.href:void 0}catch{return}}function $r(e){let t=[],n=0,o=0;for(let r of e.matchAll(_s)){
let i=vs(r[0]),s=ys(i);!s||++o>200||(r.index>n&&t.push({text:e.slice(n,r.index)}),t.push({text:i,href:s}),n=r.index+i.length)}return n<e.length&&t.push({text:e.
slice(n)}),t}var H=({text:e})=>a("bdi",{children:Ae(e)});function bs({text:e,lines:t=!1}){return a("bdi",{children:$r((t?fn:Ae)(e)).map(n=>n.href?a("a",{href:n.href,target:"\
_blank",rel:"noopener noreferrer",children:n.text}):n.text)})}var ql=({t:e})=>a("time",{title:jt(e,Ye.value),dateTime:e?new Date(e*1e3).toISOString():void 0,children:e?
Tr(e,ue.value,Ye.value):"never"}),Il=({t:e})=>a("time",{title:jt(e,Ye.value),dateTime:e?new Date(e*1e3).toISOString():void 0,children:e?kr(e,ue.value):"never"}),
Cr=({since:e})=>a("time",{title:e?`since ${jt(e,Ye.value)}`:"not known since when",children:e?Ht(be.value-e):"?"}),ws=["OK","Warning","Critical","Unknown"],ks=[
"ok","warning","critical","unknown"],xs=e=>e>3?`Unknown ${e}`:ws[e],V=e=>["ok","warning","critical","unknown"][Oe(e)];function Er({status:e,silenced:t,badge:n}){
return a("span",{class:`status s-${V(e)}${n?" badge":""}${t?" is-silenced":""}`,children:[a(P,{name:ks[Oe(e)]}),xs(e)]})}function Pr({told:e}){let t=On(e);return a(
"span",{class:`told t-${t.tone}`,title:t.title,children:[a(P,{name:t.icon}),a("span",{children:Ae(t.word)})]})}function N({icon:e,kind:t,shortcut:n,why:o,children:r,
...i}){return a("button",{type:"button",...i,class:`button ${t??""} ${i.class??""}`,"aria-disabled":o?"true":void 0,title:o||i.title,"aria-keyshortcuts":n,onClick:o?
void 0:i.onClick,children:[e&&a(P,{name:e}),r,n&&a("kbd",{"aria-hidden":"true",children:n})]})}function Ul({title:e,side:t,children:n,class:o=""}){return a("sec\
tion",{class:`card ${o}`,"aria-label":e,children:[a("header",{children:[a("h2",{children:e}),t&&a("div",{class:"side",children:t})]}),n]})}function Hl({list:e}){
return a("dl",{class:"facts",children:e.filter(([,t])=>t!=null&&t!==""&&t!==!1).map(([t,n])=>a($,{children:[a("dt",{children:t}),a("dd",{children:typeof n=="str\
ing"?a(H,{text:n}):n})]}))})}function jl({of:e,to:t}){let n=Object.entries(e??{});return n.length?a("ul",{class:"pairs",children:n.map(([o,r])=>a("li",{children:[
a("span",{class:"key",children:a(H,{text:o})})," ",a("span",{class:"value",children:t?a("a",{href:t(o,String(r)),title:`Everything with ${o}=${r}`,children:a(H,
{text:String(r)})}):a(bs,{text:String(r)})})]}))}):null}var Te=(e,t,n=`${t}s`)=>`${e.toLocaleString("en-GB").replace(/,/g," ")} ${e===1?t:n}`,G=e=>e.toLocaleString(
"en-GB").replace(/,/g," ");function Ln({title:e,onClose:t,children:n,wide:o,fixed:r}){let i=A(null);return B(()=>{let l=document.activeElement;return i.current.showModal(),i.current.querySelector(
"[data-first]")?.focus(),()=>{l?.isConnected&&l.focus()}},[]),a("dialog",{ref:i,class:o?"wide":"","aria-label":e,onMouseDown:l=>{l.target===i.current&&!r&&t()},
onCancel:l=>{l.preventDefault(),r||t()},children:a("div",{class:"dialog",children:[a("header",{children:[a("h2",{children:e}),!r&&a("button",{type:"button",class:"\
button quiet icon-only","aria-label":"Close",onClick:t,children:a(P,{name:"close"})})]}),n]})})}var rt=_(null),Dn=e=>{rt.value=e};function Ss({q:e}){let[t,n]=_e(
""),o=!e.typed||t===e.typed,r=()=>{rt.value=null},i=s=>{s.preventDefault(),o&&(r(),e.run())};return a(Ln,{title:e.title,onClose:r,children:a("form",{onSubmit:i,
children:[a("div",{class:"prose",children:e.text}),e.typed&&a("label",{class:"field",children:[a("span",{children:["Write ",a("b",{children:e.typed})," to confi\
rm"]}),a("input",{"data-first":!0,value:t,onInput:s=>n(s.currentTarget.value),autocomplete:"off",spellcheck:!1})]}),a("footer",{children:[a(N,{onClick:r,children:"\
Cancel"}),a(N,{type:"submit",kind:e.danger?"danger":"main",why:!o&&`Write ${e.typed} first`,...e.typed?{}:{"data-first":!0},children:e.act})]})]})})}var Jl=()=>rt.
value?a(Ss,{q:rt.value},rt.value.title):null;function Rr(e,t,n,o){let r=Math.max(0,Math.floor(e/n)-8),i=Math.min(o,Math.ceil((e+t)/n)+8);return{first:Math.min(r,o),last:Math.max(i,Math.min(r,o))}}function Fn(e,t,n,o,r){
let i=e*o,s=i+o+r;return i<t?i:s>t+n?s-n:t}var Ar={phone:68,normal:38,dense:30};function Nr(e){let t=A(null),n=A(null),o=A(!1),r=z(0),i=hr(t),s=An.value?Ar.phone:Ar[le.value.density],l=e.items.map(e.keyOf),
f=e.focus.value===null?-1:l.indexOf(e.focus.value),c=Rr(r.value,i.value,s,e.items.length),u=f>=0&&(f<c.first||f>=c.last)?[f]:[];for(let h=c.first;h<c.last;h++)u.
push(h);let p=h=>{if(!l.length)return;let k=Math.max(0,Math.min(l.length-1,h)),g=t.current;g.scrollTop=Fn(k,g.scrollTop,g.clientHeight,s,n.current.offsetHeight),
r.value=g.scrollTop,o.current=!0,e.focus.value===l[k]?m():e.focus.value=l[k]},m=()=>{t.current?.querySelector('.row[tabindex="0"]')?.focus({preventScroll:!0}),o.
current=!1};B(()=>{o.current&&m()}),O(()=>{f>=0&&t.current&&(t.current.scrollTop=Fn(f,0,t.current.clientHeight,s,40))},[]),$s(e,l,f,p,Math.max(1,Math.floor(i.value/
s)-2));let d=h=>()=>{e.inUse&&(e.inUse.value=h)};return a("div",{class:`grid grid-${e.name}`,role:"grid","aria-label":e.label,"aria-rowcount":e.items.length+1,"\
aria-multiselectable":e.selection?"true":void 0,"data-list":!0,ref:t,onScroll:h=>{r.value=h.currentTarget.scrollTop},onPointerEnter:d(!0),onPointerLeave:d(!1),children:[
a(Ts,{p:e,head:n,keys:l}),a("div",{class:"body",role:"rowgroup",style:{height:`${e.items.length*s}px`},children:u.map(h=>a(Ms,{p:e,item:e.items[h],k:l[h],index:h,
height:s,order:l,stop:h===(f<0?0:f)},l[h]))})]})}function Ts({p:e,head:t,keys:n}){let o=e.selection?.value.keys.size??0,r=i=>i.sort&&i.sort===e.sort?e.reversed?
"descending":"ascending":void 0;return a("div",{class:"head",role:"row","aria-rowindex":1,ref:t,children:[e.selection&&a("div",{role:"columnheader",class:"cell \
c-select",children:a("label",{class:"tick",children:[a("span",{class:"hidden",children:"Select all"}),a("input",{type:"checkbox",tabIndex:-1,checked:o>0&&o>=n.length,
indeterminate:o>0&&o<n.length,onClick:()=>{e.selection.value=o?W:nt(n)}})]})}),e.columns.map(i=>a("div",{role:"columnheader",class:`cell c-${i.id}`,"aria-sort":r(
i),children:i.sort?a("button",{type:"button",tabIndex:-1,onClick:()=>e.onSort?.(i.sort),children:[i.name,a("span",{class:"arrow","aria-hidden":"true"})]}):i.name}))]})}
function Ms({p:e,item:t,k:n,index:o,height:r,order:i,stop:s}){let l=!!e.selection?.value.keys.has(n),f=u=>{if(!(u.target.closest("a,button,label,input")||getSelection()?.
type==="Range")){if(u.shiftKey&&e.selection){e.selection.value=It(e.selection.value,i,n);return}e.open(t)}},c=u=>{e.selection.value=u.shiftKey?It(e.selection.value,
i,n):qt(e.selection.value,n)};return a("div",{class:`row ${e.rowClass?.(t)??""}${l?" selected":""}`,role:"row","aria-rowindex":o+2,"aria-selected":e.selection?l:
void 0,tabIndex:s?0:-1,style:{height:`${r}px`,transform:`translateY(${o*r}px)`},onClick:f,onFocus:()=>{e.focus.value=n},children:[e.selection&&a("div",{role:"gr\
idcell",class:"cell c-select",children:a("label",{class:"tick",children:[a("span",{class:"hidden",children:["Select ",e.describe(t)]}),a("input",{type:"checkbox",
tabIndex:-1,checked:l,onClick:c})]})}),e.cells(t).map((u,p)=>a("div",{role:"gridcell",class:`cell c-${e.columns[p].id}`,children:u}))]})}function $s(e,t,n,o,r){
let i="Lists",s=e.selection,l=()=>{let c=e.items[n];c&&e.open(c)},f=c=>{if(!s)return;let u=t[Math.max(0,Math.min(t.length-1,c))];u&&(s.value=It(s.value.anchor?s.
value:{...s.value,anchor:t[n]??u},t,u)),o(c)};ce([{keys:"j or ArrowDown",does:"Next row",group:i,row:!0,run:()=>o(n+1)},{keys:"k or ArrowUp",does:"Previous row",
group:i,row:!0,run:()=>o(n<0?0:n-1)},{keys:"Home",does:"First row",group:i,row:!0,run:()=>o(0)},{keys:"End",does:"Last row",group:i,row:!0,run:()=>o(t.length-1)},
{keys:"PageDown",does:"A screen further",group:i,row:!0,run:()=>o(n+r)},{keys:"PageUp",does:"A screen back",group:i,row:!0,run:()=>o(n-r)},{keys:"Enter or o",does:"\
Open",group:i,row:!0,run:l},...s?[{keys:"x or Space",does:"Select",group:i,row:!0,run:()=>{let c=t[n];c&&(s.value=qt(s.value,c))}},{keys:"Shift-ArrowDown",does:"\
Extend the selection down",group:i,row:!0,run:()=>f(n+1)},{keys:"Shift-ArrowUp",does:"Extend the selection up",group:i,row:!0,run:()=>f(n-1)},{keys:"Ctrl-A",does:"\
Select all that match",group:i,row:!0,run:()=>{s.value=nt(t)}}]:[]])}var Cs=Ue({ok:0,warning:1,critical:2,unknown:3}),qn=32;function Un(e){return[...e.matchAll(/-?(?:[a-z]+:)?(?:"[^"]*"?|\S+)/gi)].map(t=>t[0])}function Es(e){let t=e.
toLowerCase();if(!t.includes("*"))return o=>o.toLowerCase()===t;let n=new RegExp(`^${t.split("*").map(o=>o.replace(/[.+?^${}()|[\]\\]/g,"\\$&")).join("[^]*")}$`);
return o=>n.test(o.toLowerCase())}var Hn=e=>e.split(",").filter(Boolean);function Ps(e){let t=new Set;for(let n of Hn(e)){let o=Cs[n.toLowerCase()]??(/^\d{1,10}$/.
test(n)?Number(n):-1);if(o<0)return`status:${n} is none of ok, warning, critical, unknown or a number`;t.add(o)}return n=>t.has(n.status)||n.status>3&&t.has(3)}
function Rs(e){if(e==="no")return n=>n.told!=="told";if(e==="yes")return n=>n.told==="told";if(e==="nobody")return n=>n.told==="";let t=Hn(e.replace(/[_-]/g," "));
return n=>t.includes(n.told)}function As(e){let t=/^([<>])(.+)$/.exec(e),n=t?Nn(t[2]):void 0;return n===void 0?`since:${e} is not like since:>1h or since:<10m`:
t[1]===">"?(o,r)=>r-o.since>n:(o,r)=>r-o.since<n}function In(e,t){let n=Hn(e).map(Es);return o=>n.some(r=>r(t(o)))}var Or=e=>/^(yes|true|only|1)$/i.test(e),Ns=e=>/^(no|false|0)$/i.
test(e),Lr=Ue({status:Ps,told:Rs,since:As,entity:e=>In(e,t=>t.entity),check:e=>In(e,t=>t.check),ns:e=>In(e,t=>t.ns),silenced:e=>Or(e)||Ns(e)?t=>(t.flags&1)!==0===
Or(e):`silenced:${e} is neither yes nor no`,label:()=>()=>!0});function Os(e){let t=/^(-?)(?:([a-z]+):)?("?)([^]*)$/i.exec(e),n=t[2]?.toLowerCase(),o=t[3]?t[4].
replace(/"$/,""):t[4],r=t[1]==="-";if(!n||!(n in Lr)){let s=(n?`${t[2]}:`:"")+o,l=s.toLowerCase();return{field:"word",not:r,value:s,test:f=>f.hay.includes(l)}}if(!o)
return`${n}: needs a value`;let i=Lr[n](o);return typeof i=="string"?i:{field:n,not:r,value:o,test:i}}function He(e){let t=[],n=[];for(let o of Un(e).slice(0,qn)){
if(o==="-")continue;let r=Os(o);typeof r=="string"?n.push(r):t.push(r)}return Un(e).length>qn&&n.push(`only the first ${qn} words count`),{terms:t,errors:n,server:t.
some(o=>o.field==="label")}}var jn=(e,t,n)=>e.terms.every(o=>o.test(t,n)!==o.not);function it(e,t,n){return[...Un(e).filter(r=>!new RegExp(`^-?${t}:`,"i").test(
r)),...n?[`${t}:${/\s/.test(n)?`"${n}"`:n}`]:[]].join(" ")}var Kn=(e,t)=>He(e).terms.find(n=>n.field===t&&!n.not)?.value??"";var Kt=e=>!e||e==="*";function Ls(e){let t=e.entity.subscriptions??[],n=e.entity.metadata.name,o=e.check,r=o.proxy_entity_name?t:(o.subscriptions??[]).filter(i=>e.
entity.entity_class!=="agent"||t.includes(i));return[`entity:${n}`,`client:${n}`,...r]}function Dr(e,t,n){let o=e.check;if(!o)return[];let r=Ls(e);return t.filter(
i=>i.begin>n||i.expire_at>0&&i.expire_at<=n||Kt(i.subscription)&&Kt(i.check)||!Kt(i.check)&&i.check!==o.metadata.name||!Kt(i.subscription)&&!r.includes(i.subscription)?
!1:!i.windows?.length||!!o.silenced?.includes(i.metadata.name)).map(i=>i.metadata.name).sort()}var Fr=(e,t)=>`${e||"*"}:${t||"*"}`,j=_(null),Ds=4;async function st(e,t,n,o){let r={title:e,total:t.length,done:0,failures:[],stopped:!1,over:!1},i=()=>{(t.length>
1||r.failures.length)&&(j.value={...r,stopped:j.value?.stopped??r.stopped})},s=[...t];i();let l=async()=>{for(let c=s.shift();c!==void 0&&!j.value?.stopped;c=s.
shift()){try{await o(c)}catch(u){r.failures.push({what:n(c),why:u.message})}r.done++,i()}};await Promise.all(Array.from({length:Ds},l)),r.over=!0;let f=r.done-r.
failures.length;return r.failures.length||j.value?.stopped?i():(j.value=null,$n(`${e}: done${t.length>1?` for ${f}`:""}`)),f}var qr=()=>{j.value&&(j.value={...j.
value,stopped:!0})},Bn=()=>{j.value=null},Bt=e=>`${e.entity} / ${e.check}`;async function Fs(e,t,n,o,r){let i=r?.metadata.name??Fr(t,n),s={metadata:{...r?.metadata??
{},name:i,namespace:e},...t&&t!=="*"?{subscription:t}:{},...n&&n!=="*"?{check:n}:{},expire:o.expire,expire_on_resolve:o.onResolve,reason:o.reason,begin:o.begin,
...r?.windows?.length?{windows:r.windows}:{}};await X("PUT",Z(e,"silenced",i),s)}async function gu(e,t,n){await st("Silence",e,Bt,async o=>{await Fs(o.ns,`entit\
y:${o.entity}`,o.check,t),t.begin<=n+1&&Ot(o.key,{flags:Ir(o)|ee.silenced})}),we("silenced")}var Ir=e=>e.flags??0,_u=e=>X("DELETE",Z(e.metadata.namespace,"silen\
ced",e.metadata.name));async function Ur(e){let t=new Map;await st("Unsilence",e,Bt,async n=>{let o=await se(Z(n.ns,"events",n.entity,n.check));t.has(n.ns)||t.set(
n.ns,await se(Z(n.ns,"silenced"))??[]);let r=Dr(o,t.get(n.ns),Date.now()/1e3+At.value),i=Fr(`entity:${n.entity}`,n.check),s=r.filter(l=>l!==i);if(r.includes(i)&&
await X("DELETE",Z(n.ns,"silenced",i)),s.length)throw new U(0,`silenced by ${s.join(", ")}, which hits others, too: end it on the page Silences`);Ot(n.key,{flags:Ir(
n)&~ee.silenced})}),we("silenced")}async function Hr(e){let t=new Map;for(let n of e)t.set(`${n.ns}/${n.check}`,[...t.get(`${n.ns}/${n.check}`)??[],n]);await st(
"Re-run",[...t.values()],n=>`${n[0].check} on ${n.length>1?`${n.length} machines`:n[0].entity}`,n=>qs(n[0].ns,n[0].check,n.map(o=>`entity:${o.entity}`)))}async function qs(e,t,n){
await X("POST",Z(e,"checks",t,"execute"),{check:t,...n?{subscriptions:n}:{}})}async function jr(e){await st("Resolve",e,Bt,async t=>{await X("PUT",St(t.ns,"even\
ts",t.entity,t.check,"resolve"),{}),Ot(t.key,{status:0})})}async function Kr(e){await st("Delete",e,Bt,async t=>{await X("DELETE",Z(t.ns,"events",t.entity,t.check)),
Nt([[t.ns,t.entity,t.check]])})}async function vu(e,t,n){await X("PATCH",Z(e,"checks",t),{publish:n}),we("checks"),$n(n?`${t} is published: it runs again`:`${t}\
 is paused: nobody runs it until it is published`)}function $u(){let e=j.value;if(!e)return null;let t=e.over,n=e.failures.length;return a(Ln,{title:e.title,onClose:t?Bn:()=>{},fixed:!t,children:[a("progress",{max:e.
total,value:e.done,"aria-label":e.title}),a("p",{role:"status",children:[t?`${e.done-n} done`:`${e.done} of ${e.total}`,n>0&&`, ${n} failed`,t&&e.stopped&&e.done<
e.total&&`, ${e.total-e.done} left as they were`]}),n>0&&a("ul",{class:"failures",children:e.failures.slice(0,200).map(o=>a("li",{children:[a("b",{children:a(H,
{text:o.what})}),a("span",{children:a(H,{text:o.why})})]}))}),a("footer",{children:t?a(N,{kind:"main","data-first":!0,onClick:Bn,children:"Close"}):a(N,{onClick:qr,
why:e.stopped&&"It stops after what is under way",children:"Stop"})})]})}var Br=e=>e.length===1?`${e[0].entity} / ${e[0].check}`:Te(e.length,"event");function Is(e){
Dn({title:`Resolve ${Br(e)}?`,act:"Resolve",run:()=>{jr(e)},text:a("p",{children:"The stored status becomes OK, and handlers hear of it. The next result of the \
check says again what it finds."})})}function Us(e,t){Dn({title:`Delete ${Br(e)}?`,act:"Delete",danger:!0,run:()=>{Kr(e).then(t)},text:a("p",{children:"The even\
t and its history go. A check that still runs makes a new one with its next result."})})}function Hs(e,t){let n=e[0]?.ns??"",o=new Set(e.map(c=>c.ns)).size<=1,r=(c,u)=>[
...new Set(e.map(p=>p.ns))].every(p=>Mt(p,c,u)),i=e.filter(c=>c.flags&ee.silenced),s=e.filter(c=>c.status),l=e.filter(c=>c.flags&ee.runnable);return[r("create",
"silenced")&&{id:"silence",name:"Silence",key:"s",icon:"silenced",why:o?"":"They are of several namespaces",run:()=>_r({ns:n,events:e})},r("delete","silenced")&&
{id:"unsilence",name:"Unsilence",key:"u",icon:"bell",why:i.length?"":"None is silenced",run:()=>{Ur(i)}},r("create","checks")&&{id:"rerun",name:"Re-run",key:"r",
icon:"run",why:l.length?"":"No check of this name is defined here: the result came by itself",run:()=>{Hr(l)}},r("update","events")&&{id:"resolve",name:"Resolve",
key:"e",icon:"ok",why:s.length?"":"It is OK already",run:()=>Is(s)},r("delete","events")&&{id:"delete",name:"Delete",key:"#",icon:"delete",why:"",run:()=>Us(e,t)}].
filter(c=>!!c)}function zn({list:e,after:t,hidden:n,quiet:o}){let r=Hs(e,t);return ce(r.map(i=>({keys:i.key,does:i.name,group:"Events",run:()=>{e.length&&!i.why&&
i.run()}}))),n?null:a($,{children:r.filter(i=>i.id!=="unsilence"||!i.why).map(i=>a(N,{icon:i.icon,shortcut:i.key,why:i.why,kind:o?"quiet":i.id==="delete"?"dange\
r":void 0,onClick:i.run,children:i.name}))})}var js=60;function zr({label:e,help:t,fields:n=!0}){let o=w.value.query.q??"",r=A(null),i=A(void 0),[s,l]=_e(o);O(()=>{document.activeElement!==r.current&&l(o)},
[o]);let f=m=>{l(m),clearTimeout(i.current),i.current=setTimeout(()=>Y({q:m}),js)},c=()=>{l(""),Y({q:""})};ce([{keys:"/",does:"Filter",group:"Everywhere",run:()=>{
r.current?.focus(),r.current?.select()}}]);let u=n?He(o).errors:[],p=m=>{m.key==="Escape"&&(s?c():r.current?.blur(),m.stopPropagation()),(m.key==="Enter"||m.key===
"ArrowDown")&&(m.preventDefault(),document.querySelector('[data-list] .row[tabindex="0"]')?.focus())};return a("div",{class:`filter${u.length?" wrong":""}`,children:[
a(P,{name:"search"}),a("input",{ref:r,type:"search","aria-label":e,placeholder:t,value:s,spellcheck:!1,autocomplete:"off","aria-keyshortcuts":"/","aria-invalid":u.
length>0,onInput:m=>f(m.currentTarget.value),onKeyDown:p}),s?a("button",{type:"button",class:"button quiet icon-only","aria-label":"Clear the filter",onClick:c,
children:a(P,{name:"close"})}):a("kbd",{"aria-hidden":"true",children:"/"}),u.length>0&&a("p",{class:"wrong-text",role:"status",children:u.join("; ")})]})}var zt=({
name:e,n:t,icon:n,tone:o,on:r,run:i})=>a("button",{type:"button",class:`chip ${o??""}${t===0?" zero":""}`,"aria-pressed":r,onClick:i,children:[n&&a(P,{name:n}),
e,t!==void 0&&a("b",{children:G(t)})]});function Wr({sorts:e,usual:t}){let n=w.value.query.sort||t;return a("label",{class:"sort",children:[a("span",{children:"\
Sort"}),a("select",{value:n,onChange:o=>Y({sort:o.currentTarget.value===t?"":o.currentTarget.value,order:""},!1),children:e.map(([o,r])=>a("option",{value:o,children:r}))})]})}function Wn({rows:e=8}){let t=mr(!0);return a("div",{class:"loading",role:"status","aria-label":"Loading",children:t&&Array.from({length:e},()=>a("div",{class:"\
bone"}))})}function at({icon:e,title:t,children:n}){return a("div",{class:"empty",children:[e&&a(P,{name:e,size:36}),a("h2",{children:t}),n&&a("p",{children:n})]})}
function Vn({error:e,what:t,again:n,ns:o}){return e.status===403?a(Ks,{what:t,ns:o??"",said:e.message}):a("div",{class:"empty failed",role:"alert",children:[a(P,
{name:"failed",size:36}),a("h2",{children:["The ",t," could not be fetched"]}),a("p",{children:e.message}),n&&a(N,{kind:"main",icon:"run",onClick:n,children:"Tr\
y again"})]})}function Ks({what:e,ns:t,said:n}){return a("div",{class:"empty",children:[a(P,{name:"user",size:36}),a("h2",{children:["You may not look at ",e,t&&
` in ${t}`]}),a("p",{children:["Missing: the right to list ",e,". Ask who manages the roles of this picket.",n&&a("span",{class:"muted",children:[" It said: ",n]})]})]})}
function Ku({of:e,what:t,ns:n,children:o}){return e.data===void 0&&e.error?a(Vn,{error:e.error,what:t,again:e.again,ns:n}):e.data===void 0?a(Wn,{}):a($,{children:[
e.error&&a("p",{class:"notice bad",role:"alert",children:[a(P,{name:"failed"}),e.error.message," ",a(N,{kind:"quiet",onClick:e.again,children:"Try again"})]}),o(
e.data)]})}function Vr(e,t,n,o,r){let i=A({scope:"\0",order:[],seen:new Map}),s=z(0);s.value;let l=i.current,f=e.map(t);if(!o||l.scope!==r||!l.order.length)return i.current=
{scope:r,order:f,seen:new Map(e.map((p,m)=>[f[m],p]))},{shown:e,pending:0,apply:()=>{}};let c=l.order.map(p=>{let m=n(p);return m?(l.seen.set(p,m),m):{...l.seen.
get(p),gone:!0}}),u=()=>{i.current={scope:"\0",order:[],seen:new Map},s.value++};return{shown:c,pending:Ho(l.order,f),apply:u}}var Bs=()=>[...D.value.keys].flatMap(e=>v.value.map.get(e)??[]),fe=_(null),zs=[["severity","worst first"],["since","newest first"],["executed","last result"],["\
entity","machine"],["check","check"]],Ws="Filter: words, status:critical, entity:web*, told:no, since:>1h";function Vs(e,t,n,o,r){let i=He(t),s=He(it(it(t,"stat\
us",""),"silenced","")),l=i.terms.some(p=>p.field==="silenced"),f=be.value,c=[],u=[];for(let p of v.value.map.values())r&&!r(p)||!jn(s,p,f)||(c.push(p),!(e&&(!p.
status||Le(p)&&!l))&&jn(i,p,f)&&u.push(p));return{list:Uo(u,n,o),filtered:t||r?Xe(c):et.value,query:i}}function mc({problems:e}){pr(e?"Problems":"Events");let{q:t="",
sort:n="severity",order:o=""}=w.value.query,r=ve(()=>Vs(e,t,n,o==="desc"),[e,t,n,o,v.value,et.value,/since:/.test(t)&&be.value]);Gs(r.query,t);let i=v.value;return i.
error&&i.loaded==="no"?a($,{children:[a("h1",{class:"hidden",children:e?"Problems":"Events"}),a(Vn,{error:i.error,what:"events",ns:w.value.ns,again:()=>{De().catch(
()=>{})}})]}):a("div",{class:"list-page",children:[a(Js,{problems:e,list:r.list}),a("div",{class:"toolbar",children:[a(Qs,{problems:e,counts:r.filtered,q:t}),a(
"div",{class:"tools",children:[a(zr,{label:"Filter events",help:Ws}),a(Wr,{sorts:zs,usual:"severity"})]})]}),a(ta,{wanted:r.list,scope:`${e}|${w.value.ns}|${t}|${n}\
|${o}`,columns:w.value.ns?Gn:Zs,label:e?"Problems":"Events",empty:a(oa,{problems:e,q:t}),ready:i.loaded==="all"||e&&i.loaded==="problems"})]})}function Gs(e,t){
let n=e.server||(v.value.partial||te.value)&&t?t:"";O(()=>{let o=setTimeout(()=>{te.value=n},200);return()=>clearTimeout(o)},[n]),O(()=>()=>{te.value=""},[])}function Js({
problems:e,list:t}){let n=et.value,o=[2,1,3].filter(l=>Et(n,l)>0),r=t.reduce((l,f)=>Math.max(l,f.since),0),i=t.filter(l=>l.told!=="told").length,s=new Set(t.map(
l=>`${l.ns}/${l.entity}`)).size;return e?a("header",{class:`headline ${o.length?`worst-${V(o[0])}`:"well"}`,children:[a("h1",{children:[a("span",{class:"hidden",
children:"Problems: "}),o.length?o.map((l,f)=>a($,{children:[f>0&&", ",a("span",{class:`s-${V(l)}`,children:[G(Et(n,l))," ",V(l)]})]})):v.value.loaded==="no"?"P\
roblems":"All is well"]}),!o.length&&n.some((l,f)=>f&&l[1])&&a("p",{children:"but for what is silenced"}),t.length>0&&a("p",{children:["on ",Te(s,"machine")," ·\
 newest ",be.value-r<5?"just now":`${Ht(be.value-r)} ago`,i>0&&a($,{children:[" · ",a("a",{href:ae({...w.value,query:{...w.value.query,q:it(w.value.query.q??"",
"told","no")}}),children:["nobody was told about ",G(i)]})]})]})]}):a("header",{class:"headline",children:[a("h1",{children:"Events"}),a("p",{class:"muted",children:"\
Every check on every machine, with its last result."})]})}function Qs({problems:e,counts:t,q:n}){let o=Kn(n,"status"),r=Kn(n,"silenced"),i=c=>()=>{Y({q:c.reduce(
(u,[p,m])=>it(u,p,m),n)},!1),D.value=W},s=c=>t.reduce((u,p,m)=>u+(e&&!m?0:p[c]),0),l=c=>e?Et(t,c):t[c][0],f=(c,u)=>a(zt,{name:u,icon:["ok","warning","critical",
"unknown"][c],tone:`s-${V(c)}`,n:l(c),on:o===V(c),run:i([["status",o===V(c)?"":V(c)],["silenced",""]])});return a("div",{class:"chips",role:"group","aria-label":"\
Status",children:[a(zt,{name:"All",n:e?s(0)-s(1):s(0),on:!o&&!r,run:i([["status",""],["silenced",""]])}),f(2,"Critical"),f(1,"Warning"),f(3,"Unknown"),!e&&f(0,"\
OK"),a(zt,{name:"Silenced",icon:"silenced",tone:"s-silenced",n:s(1),on:r==="yes",run:i([["silenced",r==="yes"?"":"yes"],["status",""]])})]})}var Gn=[{id:"status",
name:"Status",sort:"severity"},{id:"what",name:"Machine / check",sort:"entity"},{id:"output",name:"What it says"},{id:"since",name:"Since",sort:"since"},{id:"ti\
mes",name:"Times"},{id:"told",name:"Told"}],Zs=[...Gn.slice(0,2),{id:"ns",name:"Namespace"},...Gn.slice(2)],Xs=e=>e.replace(/[;\s]*\|\s*[^|]*=-?[\d.][^]*$/,"");
function Ys(e){let t=a("a",{class:"name",tabIndex:-1,href:gn(e.ns,e.entity,e.check),children:[a("b",{children:a(H,{text:e.entity})}),a("span",{class:"slash",children:"\
 / "}),a(H,{text:e.check})]}),n=[a(Er,{status:e.status,silenced:Le(e)}),t,a("span",{class:"output",title:Ae(e.output),children:a(H,{text:Xs(e.output)})}),a(Cr,{
since:e.since}),a("span",{title:`${e.occurrences} results in a row`,children:[e.occurrences,"×"]}),a("span",{class:"marks",children:[Le(e)?a("span",{class:"tol\
d t-quiet",children:[a(P,{name:"silenced"}),a("span",{children:"silenced"})]}):e.status||e.told==="told"?a(Pr,{told:e.told}):null,(e.flags&ee.flapping)!==0&&a(P,
{name:"flap",title:"Flapping: it changes again and again"})]})];return w.value.ns?n:[...n.slice(0,2),a(H,{text:e.ns}),...n.slice(2)]}var ea=e=>`edge-${V(e.status)}${Le(
e)?" silenced":""}${e.gone?" gone":""}`,Jn=e=>e.key,Gr=e=>v.value.map.get(e);function ta({wanted:e,scope:t,columns:n,label:o,empty:r,ready:i}){let s=z(!1),l=Po(
()=>s.value||D.value.keys.size>0),{shown:f,pending:c,apply:u}=Vr(e,Jn,Gr,l.value||Jr(),`${t}|${v.value.loaded}`),{sort:p="severity",order:m=""}=w.value.query;B(
()=>{D.value=W,fe.value=w.value.query.row??null},[t]),O(()=>{D.value=gr(D.value,g=>v.value.map.has(g))},[v.value]),O(()=>{fe.value&&fe.value!==w.value.query.row&&
Jr()&&Y({row:fe.value})},[fe.value]),ce([{keys:".",does:"Show what changed",group:"Lists",run:u},{keys:"Escape",does:"Clear the selection",group:"Lists",run:()=>{
D.value.keys.size?D.value=W:document.activeElement?.blur()}}]);let d=g=>Y(g===p?{order:m?"":"desc"}:{sort:g==="severity"?"":g,order:""},!1),h=Bs(),k=fe.value?Gr(
fe.value):void 0;return!i&&!e.length?a(Wn,{}):a("div",{class:"list-box",children:[f.length?a(Nr,{name:n.length>6?"events-all":"events",label:o,items:f,keyOf:Jn,
columns:n,cells:Ys,describe:g=>`${g.entity} / ${g.check}`,rowClass:ea,open:g=>$t(gn(g.ns,g.entity,g.check)),focus:fe,selection:D,inUse:s,sort:p,reversed:!!m,onSort:d}):
r,c>0&&a("button",{type:"button",class:"pending",onClick:u,children:[Te(c,"change"),a("span",{class:"muted",children:[" — press ",a("kbd",{children:"."})," to\
 show"]})]}),v.value.error&&a("p",{class:"notice bad",role:"alert",children:[a(P,{name:"failed"}),"The events could not be fetched anew: ",v.value.error.message,
" ",a(N,{kind:"quiet",onClick:()=>{De().catch(()=>{})},children:"Try again"})]}),v.value.partial&&a("p",{class:"partial",children:[G(v.value.map.size)," of ",G(
v.value.matched),": narrow the filter to see the rest"]}),h.length>0?a(na,{chosen:h,total:e.length,keys:e}):a(zn,{hidden:!0,list:k?[k]:[]})]})}var Jr=()=>!!document.
activeElement?.closest("[data-list]");function na({chosen:e,total:t,keys:n}){return a("div",{class:"selection",role:"toolbar","aria-label":"Selected events",children:[
a("b",{children:[G(e.length)," selected"]}),e.length<t&&a(N,{kind:"quiet",onClick:()=>{D.value=nt(n.map(Jn))},children:["Select all ",G(t)," that match"]}),a(zn,
{list:e,after:()=>{D.value=W}}),a(N,{kind:"quiet",icon:"close",onClick:()=>{D.value=W},children:"Clear"})]})}function oa({problems:e,q:t}){let n=et.value,o=n.reduce(
(l,f)=>l+f[0],0),r=n[0][0],i=n[1][1]+n[2][1]+n[3][1],s=[...v.value.map.values()].reduce((l,f)=>Math.max(l,f.executed),0);return t?a(at,{icon:"search",title:"Not\
hing matches",children:a(N,{onClick:()=>Y({q:""},!1),children:"Clear the filter"})}):!o&&Lt.value?.namespaces.length!==0?a(at,{icon:"entities",title:"No events \
yet",children:["Start an agent: ",a("code",{children:["picket agent start --backend-url ws://",location.hostname,":8081"]})]}):e?a(at,{icon:"ok",title:"Nothing \
is failing",children:[Te(r,"check is","checks are")," OK",s>0&&`, last result ${ot(ue.value-s)} ago`,".",i>0&&a($,{children:[" ",a("a",{href:ae({...w.value,query:{
q:"silenced:yes"}}),children:Te(i,"silenced problem")}),"."]})]}):a(at,{icon:"events",title:"No events",children:["None in this namespace that holds up to ",G(xn),
" of them."]})}export{$ as a,Me as b,ra as c,_e as d,O as e,A as f,ve as g,_ as h,q as i,z as j,_i as k,fn as l,ga as m,I as n,Ne as o,Qe as p,Oo as q,Z as r,St as s,X as t,ye as u,
ba as v,wa as w,ka as x,Mt as y,ee as z,yn as A,Le as B,Oe as C,Uo as D,Xe as E,Et as F,Ci as G,ae as H,gn as I,Ma as J,$a as K,w as L,Ca as M,$t as N,Y as O,Ea as P,
ue as Q,be as R,Da as S,le as T,Fa as U,Ye as V,v as W,te as X,Wo as Y,Lt as Z,et as _,Mn as $,we as aa,Rt as ba,$n as ca,Ui as da,Ua as ea,Ha as fa,al as ga,ce as ha,
An as ia,ss as ja,pr as ka,L as la,lr as ma,ur as na,Dt as oa,Za as pa,as as qa,_r as ra,dl as sa,pl as ta,ml as ua,hl as va,a as wa,P as xa,$r as ya,ot as za,Ht as Aa,
yl as Ba,kr as Ca,Ut as Da,Se as Ea,Tr as Fa,fs as Ga,jt as Ha,Nn as Ia,bl as Ja,Ue as Ka,On as La,Sl as Ma,Tl as Na,Ml as Oa,$l as Pa,Cl as Qa,H as Ra,bs as Sa,
ql as Ta,Il as Ua,Cr as Va,ks as Wa,xs as Xa,V as Ya,Er as Za,Pr as _a,N as $a,Ul as ab,Hl as bb,jl as cb,Te as db,G as eb,Ln as fb,Dn as gb,Jl as hb,Nr as ib,Es as jb,
He as kb,jn as lb,Dr as mb,Fr as nb,Fs as ob,gu as pb,_u as qb,qs as rb,vu as sb,$u as tb,Hs as ub,zn as vb,zr as wb,zt as xb,Wr as yb,Wn as zb,at as Ab,Vn as Bb,
Ks as Cb,Ku as Db,Bs as Eb,mc as Fb,Xs as Gb,ta as Hb};
