var y,Zn,zt,oe,Bt,pt,Xn,ft,Yn,Vt,Wt,Gr,Be=Symbol.for("pv"),mt={},ht=[],Jr=/^m(i|n|o|s|text|space)$/,Gt=Array.isArray,Jt=ht.slice,pe=Object.assign;function de(e){
e&&e.parentNode&&e.remove()}function eo(e,t,n){var o,r,i,s={},l=arguments.length;for(i in t)i=="key"?o=t[i]:i=="ref"&&typeof e!="function"?r=t[i]:s[i]=t[i];return l>
2&&(s.children=l>3?Jt.call(arguments,2):n),Ke(e,s,o,r,null)}function Ke(e,t,n,o,r){var i={type:e,props:t,key:n,ref:o,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Be,__v:r||++Zn,__i:-1,__u:0};return!r&&y.vnode&&y.
vnode(i),i}function $(e){return e.children}function Te(e,t){this.props=e,this.context=t,this.__g=0}function re(e,t){if(t==null)return e.__&&re(e.__,e.__i+1);for(var n;t<e.
__k.length;t++)if((n=e.__k[t])&&n.__e)return n.__e;return typeof e.type!="function"||e.props.__P?null:re(e)}function Qr(e){var t,n=e.__v,o=n.__e,r=[],i=[],s=e.__P;
s&&((t=pe({constructor:Be},n)).__v=n.__v+1,y.vnode&&y.vnode(t),Qt(s,t,n,e.__n,s.namespaceURI,32&n.__u?[o]:null,r,o||re(n),32&n.__u,i),t.__v=n.__v,t.__.__k[t.__i]=
t,so(r,t,i),n.__=n.__e=null,t.__e!=o&&to(t))}function to(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),
to(e)}function Jn(e){(8&e.__g||(e.__g|=8,oe.push(e),pt++))&&Bt==y.debounceRendering||((Bt=y.debounceRendering)||queueMicrotask)(no)}function no(){try{for(var e,
t=1;oe.length;)oe.length>t&&oe.sort(Xn),e=oe.shift(),t=oe.length,8&e.__g&&Qr(e)}finally{(pt=oe.length)&&(Bt||queueMicrotask)(no)}}function oo(e,t,n,o,r,i,s,l,f,c,u){
var p,m,d,h,k,g,S=o.__k||ht,b=t.length;for(f=Zr(n,t,S,f,b),p=0;p<b;p++)(d=n.__k[p])!=null&&(m=~d.__i&&S[d.__i]||mt,d.__i=p,g=Qt(e,d,m,r,i,s,l,f,c,u),h=d.__e,(m.
ref!=d.ref||8&m.__u)&&(m.ref&&Zt(m.ref,null,d,m),d.ref&&u.push(d.ref,d.__c||h,d)),k=k||h,4&d.__u?(f=ro(d,f,e,!m.__v),m.__e&&(m.__e=null)):typeof d.type=="functi\
on"&&g!==void 0?f=g:h&&(f=h.nextSibling),d.__u&=-21);return n.__e=k,f}function Zr(e,t,n,o,r){var i,s,l,f,c,u,p,m,d,h=n.length,k=h,g=0,S=0,b=e.__k=Array(r);for(i=
0;i<r;i++)(s=t[i])!=null&&typeof s!="boolean"&&typeof s!="function"?(typeof s!="object"||s.constructor===String?s=b[i]=Ke(null,s):Gt(s)?s=b[i]=Ke($,{children:s}):
s.constructor===Be&&s.__b?s=b[i]=Ke(s.type,s.props,s.key,s.ref,s.__v):b[i]=s,f=i+g,s.__=e,s.__b=e.__b+1,l=null,~(c=s.__i=Xr(s,n,f,k))&&(k--,(l=n[c])&&(l.__u|=2)),
l&&l.__v?(s.__u|=16,c==f-1?g--:c==f+1?g++:c!=f&&(c>f?g--:g++,S=1)):(~c||(r>h?g--:r<h&&g++),typeof s.type!="function"&&(s.__u|=4))):b[i]=null;if(S){for(u=[],p=[],
i=0;i<r;i++)if((s=b[i])&&16&s.__u){for(g=0,m=u.length;g<m;)u[d=g+m>>1]<s.__i?g=d+1:m=d;u[g]=s.__i,p[i]=g+1}for(g=u.length;i--;)p[i]&&(p[i]==g?g--:b[i].__u|=4)}if(k)
for(i=0;i<h;i++)!(l=n[i])||2&l.__u||(l.__e==o&&(o=re(l)),Xt(l,l));return o}function ro(e,t,n,o){var r,i,s,l;if(typeof e.type=="function"){if(e.props.__P)return t;
if(r=e.__k)for(i=0;i<r.length;i++)r[i]&&(r[i].__=e,t=ro(r[i],t,n,!1));return t}for(t&&!t.parentNode&&(t=re(e))&&!t.parentNode&&(t=null),s=e.__e,l=t;l&&l.nodeType==
8;)l=l.nextSibling;for(s!=l&&(!o&&n.moveBefore&&s.parentNode?n.moveBefore(s,t):n.insertBefore(s,t||null)),t=s;(t=t&&t.nextSibling)&&t.nodeType==8&&!t.data.startsWith(
"$s"););return t}function Xr(e,t,n,o){var r,i=e.key,s=e.type,l=t[n],f=l&&!(2&l.__u);if(l===null&&i==null||f&&i==l.key&&s==l.type)return n;if(o>(f?1:0)){for(r=n-1;r>=0;r--)if((l=
t[r])&&!(2&l.__u)&&i==l.key&&s==l.type)return r;for(r=n+1;r<t.length;r++)if((l=t[r])&&!(2&l.__u)&&i==l.key&&s==l.type)return r}return-1}function Qn(e,t,n){n==null&&
(n=""),t[0]=="-"?e.setProperty(t,n):e[t]=n}function ct(e,t,n,o,r){var i,s;if(t=="style")if(typeof n=="string")e.style.cssText=n;else{if(typeof o=="string"&&(e.style.
cssText=o=""),o)for(t in o)n&&t in n||Qn(e.style,t);if(n)for(t in n)o&&n[t]==o[t]||Qn(e.style,t,n[t])}else if(t[0]=="o"&&t[1]=="n")typeof n!="function"&&(n=null),
typeof o!="function"&&(o=null),(e.__e||(e.__e={}))[t]=n,n&&o||(s=Wt[t]||(Wt[t]=Yr(t)),(e.__a||(e.__a={}))[t]=Vt,i=t!=(t=t.replace(Yn,"$1")),(t=t.slice(2))[0]<"a"&&
(t=t.toLowerCase()),n?e.addEventListener(t,s,i):e.removeEventListener(t,s,i));else{if(r=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,
"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="colSpan"&&t!="role"&&t!="popover"&&t in e)
try{return void(e[t]=n??"")}catch{}if(typeof n=="function")return;n==null||n===!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&n==1?"":n)}}function Yr(e){
return function(t){var n=this.__e;if(n){if(n=n[e],t[ft]==null)t[ft]=Vt++;else if(t[ft]<this.__a[e])return;return n(y.event?y.event(t):t)}}}function Qt(e,t,n,o,r,i,s,l,f,c){
var u,p,m,d,h,k,g,S,b,P,T,Kt,Vn,ut,ce,Gn,ne,fe,Q=t.type;if(t.constructor!==Be)return null;128&n.__u&&(f=32&n.__u,u=n.__c.__z)&&(t.__u|=f,p=i=[],u.nodeType==8?l=
dt(u,i):i.push(u),l=i[0]||l),(u=y.__b)&&u(t);e:if(typeof Q=="function"){m=s.length;try{if(S=t.props,b=(u=Q.prototype)&&u.render,P=(u=Q.contextType)&&o[u.__c],T=
u?P?P.props.value:u.__:o,(d=n.__c)?(t.__c=d,2&d.__g&&(d.__g|=1)):(b?t.__c=d=new Q(S,T):(t.__c=d=new Te(S,T),d.constructor=Q,d.render=ti),P&&P.sub(d),d.state||(d.
state={}),d.__n=o,d.__g|=8,d.__h=[],d.__k=[]),b&&(d.__s||(d.__s=d.state),Q.getDerivedStateFromProps&&(d.__s==d.state&&(d.__s=pe({},d.__s)),pe(d.__s,Q.getDerivedStateFromProps(
S,d.__s)))),h=d.props,k=d.state,d.__v=t,n.__c){if(S!==h&&b&&!Q.getDerivedStateFromProps&&d.componentWillReceiveProps&&d.componentWillReceiveProps(S,T),t.__v==n.
__v&&!(8&d.__g)||!(4&d.__g)&&d.shouldComponentUpdate&&d.shouldComponentUpdate(S,d.__s,T)===!1){t.__v!=n.__v&&(d.props=S,d.state=d.__s,d.__g&=-9),t.__e=n.__e,t.__k=
n.__k,t.__k.some(function(q){q&&(q.__=t)}),ht.push.apply(d.__h,d.__k),d.__k=[],d.__h.length&&s.push(d),l=re(n);break e}d.componentWillUpdate&&d.componentWillUpdate(
S,d.__s,T),b&&d.componentDidUpdate&&d.__h.push(function(){d.componentDidUpdate(h,k,g)})}else b&&!Q.getDerivedStateFromProps&&d.componentWillMount&&d.componentWillMount(),
b&&d.componentDidMount&&d.__h.push(d.componentDidMount);d.context=T,d.props=S,d.__P=e,d.__g&=-5,Kt=y.__r,Vn=b?25:0;do d.__g&=-9,Kt&&Kt(t),u=d.render(d.props,d.state=
d.__s,d.context);while(8&d.__g&&++Vn<25);b&&(ht.push.apply(d.__h,d.__k),d.__k=[]),d.state=d.__s,d.getChildContext&&(o=pe({},o,d.getChildContext())),b&&n.__c&&d.
getSnapshotBeforeUpdate&&(g=d.getSnapshotBeforeUpdate(h,k)),ut=u&&u.type===$&&u.key==null?u.props.children:u,S.__P&&(u=l,r=(e=S.__P).namespaceURI,f=i=null,n.props&&
n.props.__P!=e&&(n.__k.some(function(q){q&&Xt(q,q)}),n.__k=null),l=n.__k?re(n,0):null),l=oo(e,Gt(ut)?ut:[ut],t,n,o,r,i,s,l,f,c),S.__P&&(t.__e=null,l=u),t.__u&=-161,
p&&p.some(de),d.__h.length&&s.push(d),1&d.__g&&(d.__g&=-4)}catch(q){if(s.length=m,t.__v=null,f||i)if(q&&q.then){if(t.__u|=128|f,i){for(~(ne=i.indexOf(l||void 0))||
(ne=i.length);(fe=i[ne-1])&&fe.nodeType==8;)ne--;for(;ne<i.length;ne++)if(fe=i[ne])if(i[ne]=null,ce){if(fe==Gn)break}else{if(fe.nodeType!=8)break;fe.data.startsWith(
"$s")&&(Gn=dt(ce=fe))}}if(!ce){for(;l&&l.nodeType==8&&l.nextSibling;)l=l.nextSibling;ce=l}(u=dt(ce=t.__c.__z||(t.__c.__z=ce)))?(t.__e=ce,l=u):t.__e=l,l=l&&l.nextSibling}else
i&&i.some(de);else t.__e=n.__e;t.__k||(t.__k=n.__k||[]),q&&q.then||io(t),y.__e(q,t,n)}}else l=t.__e=ei(n.__e,t,n,o,r,i,s,f,c,e);return(u=y.diffed)&&u(t),l}function dt(e,t){
if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var n=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith("$s"))n++;else if(e.data.startsWith("/$s")&&!--n)
return e}t&&t.push(e)}}function io(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(io))}function so(e,t,n){for(var o=0;o<n.length;)Zt(n[o++],n[o++],n[o++]);y.__c&&
y.__c(t,e),e.some(function(r){try{e=r.__h,r.__h=[],e.some(function(i){i.call(r)})}catch(i){y.__e(i,r.__v)}})}function ei(e,t,n,o,r,i,s,l,f,c){var u,p,m,d,h,k,g,
S,b=n.props||mt,P=t.props,T=t.type;if(T=="svg"?r="http://www.w3.org/2000/svg":T=="math"?r="http://www.w3.org/1998/Math/MathML":r||(r="http://www.w3.org/1999/xht\
ml"),i){for(u=0;u<i.length;u++)if((h=i[u])&&(T?h.localName==T:h.nodeType==3)){e=h,i[u]=null;break}}if(!e){if(S=c.ownerDocument||document,!T)return S.createTextNode(
P);e=S.createElementNS(r,T,P.is?P:c),l&&(y.__m&&y.__m(t,i),l=!1),i=null}if(T){if(c=T=="template"&&e.content||e,i=T=="textarea"&&P.defaultValue!=null?null:i&&Jt.
call(c.childNodes),!l&&i)for(b={},u=0;u<e.attributes.length;u++)b[(h=e.attributes[u]).name]=h.value;for(u in b)h=b[u],u=="dangerouslySetInnerHTML"?m=h:u=="child\
ren"||u in P||u=="value"&&"defaultValue"in P||u=="checked"&&"defaultChecked"in P||ct(e,u,null,h,r);for(u in P)h=P[u],u=="children"?d=h:u=="dangerouslySetInnerHT\
ML"?p=h:u=="value"?k=h:u=="checked"?g=h:l&&typeof h!="function"||b[u]===h||ct(e,u,h,b[u],r);p?(l||m&&(p.__html==m.__html||p.__html==e.innerHTML)||(e.innerHTML=p.
__html),t.__k=[]):(m&&(e.textContent=""),(T=="foreignObject"||r=="http://www.w3.org/1998/Math/MathML"&&Jr.test(T))&&(r="http://www.w3.org/1999/xhtml"),oo(c,Gt(d)?
d:[d],t,n,o,r,i,s,i?i[0]:n.__k&&re(n,0),l,f),i&&i.some(de)),l&&T!="textarea"||(u="value",T=="progress"&&k==null?e.removeAttribute(u):k==null||k===e[u]&&(T!="pro\
gress"||k)||ct(e,u,k,b[u],r),u="checked",g!=null&&g!=e[u]&&ct(e,u,g,b[u],r))}else b===P||l&&e.data==P||(e.data=P);return e}function Zt(e,t,n,o){try{typeof e=="f\
unction"?t?t.__x=e(t)||1:o&&(o=o.__c||o.__e)&&(t=o.__x)&&(o.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(r){y.__e(r,n)}}function Xt(e,t,n){var o,
r,i,s;if(y.unmount&&y.unmount(e),!(o=e.ref)||o.current&&o.current!=e.__e||Zt(o,null,t,e),o=e.__c){if(o.componentWillUnmount)try{o.componentWillUnmount()}catch(l){
y.__e(l,t)}o.__P=o.__n=null}if(o=e.__k)for(s=0;s<o.length;s++)o[s]&&Xt(o[s],t,typeof e.type!="function"||n&&!e.props.__P);!n&&(o=e.__c)&&(o=o.__z)&&(r=dt(o,i=[]))&&
(o==e.__e&&i.some(de),de(r),de(o)),n||de(e.__e),e.__e=e.__c=e.__=null}function ti(e,t,n){return this.constructor(e,n)}function ra(e,t){var n,o,r,i;y.__&&y.__(e,
t),t.nodeType==9&&(t=t.documentElement),o=(n=e&&32&e.__u)?null:t.__k,t.__k=Ke($,{children:[e]}),r=[],i=[],Qt(t,t.__k,o||mt,mt,t.namespaceURI,o?null:t.firstChild?
Jt.call(t.childNodes):null,r,o?o.__e:t.firstChild,n,i),so(r,t.__k,i),t.__k.props.children=null}y={__e:function(e,t,n,o){for(var r,i,s;t=t.__;)if((r=t.__c)&&!(1&r.__g)){r.__g|=4;try{if((s=(i=r.constructor)&&i.getDerivedStateFromError)&&r.setState(i.getDerivedStateFromError(
e)),r.componentDidCatch&&(r.componentDidCatch(e,o||{}),s=1),s&&8&r.__g)return void(r.__g|=2)}catch(l){e=l}}throw pt=0,e}},Zn=0,zt=function(e){return e!=null&&e.
constructor===Be},Te.prototype.setState=function(e,t){var n=this.__s;n&&n!=this.state||(n=this.__s=pe({},this.state)),typeof e=="function"&&(e=e(pe({},n),this.props)),
e&&(pe(n,e),this.__v&&(t&&this.__k.push(t),Jn(this)))},Te.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),Jn(this))},Te.prototype.render=
$,oe=[],pt=0,Xn=function(e,t){return e.__v.__b-t.__v.__b},ft=Symbol(),Yn=/(PointerCapture)$|Capture$/i,Vt=0,Wt={},Gr=0;var ni=Symbol.for("preact-signals");function yt(){if(Z>1)Z--;else{var e,t=!1;for((function(){var r=vt;for(vt=void 0;r!==void 0;){var i=r.S;if(i.v===r.v)for(var s=i.
t;s!==void 0;s=s.x)s.i===r.i&&(s.i=i.i);r=r.o}})();ze!==void 0;){var n=ze;for(ze=void 0,gt++;n!==void 0;){var o=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&lo(n))try{n.
c()}catch(r){t||(e=r,t=!0)}n=o}}if(gt=0,Z--,t)throw e}}function Me(e){if(Z>0)return e();Yt=++oi,Z++;try{return e()}finally{yt()}}var We,x=void 0;function Ve(e){
var t=x,n=We;x=void 0,We=void 0;try{return e()}finally{x=t,We=n}}var ze=void 0,Z=0,gt=0,oi=0,Yt=0,vt=void 0,_t=0;function ao(e){if(x!==void 0){var t=e.n;if(t===
void 0||t.t!==x)return t={i:0,S:e,p:x.s,n:void 0,t:x,e:void 0,x:void 0,r:t},x.s!==void 0&&(x.s.n=t),x.s=t,e.n=t,32&x.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==
void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=x.s,t.n=void 0,x.s.n=t,x.s=t),t}}function E(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=
t?.watched,this.Z=t?.unwatched,this.name=t?.name}E.prototype.brand=ni;E.prototype.h=function(){return!0};E.prototype.S=function(e){var t=this,n=this.t;n!==e&&e.
e===void 0&&(e.x=n,this.t=e,n!==void 0?n.e=e:Ve(function(){var o;(o=t.W)==null||o.call(t)}))};E.prototype.U=function(e){var t=this;if(this.t!==void 0){var n=e.e,
o=e.x;n!==void 0&&(n.x=o,e.e=void 0),o!==void 0&&(o.e=n,e.x=void 0),e===this.t&&(this.t=o,o===void 0&&Ve(function(){var r;(r=t.Z)==null||r.call(t)}))}};E.prototype.
subscribe=function(e){var t=this;return L(function(){var n=t.value;Ve(function(){return e(n)})},{name:"sub"})};E.prototype.valueOf=function(){return this.value};
E.prototype.toString=function(){return this.value+""};E.prototype.toJSON=function(){return this.value};E.prototype.peek=function(){var e=this;return Ve(function(){
return e.value})};Object.defineProperty(E.prototype,"value",{get:function(){var e=ao(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){
if(gt>100)throw new Error("Cycle detected");(function(n){Z!==0&&gt===0&&n.l!==Yt&&(n.l=Yt,vt={S:n,v:n.v,i:n.i,o:vt})})(this),this.v=e,this.i++,_t++,Z++;try{for(var t=this.
t;t!==void 0;t=t.x)t.t.N()}finally{yt()}}}});function v(e,t){return new E(e,t)}function lo(e){for(var t=e.s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.
i)return!0;return!1}function uo(e){for(var t=e.s;t!==void 0;t=t.n){var n=t.S.n;if(n!==void 0&&(t.r=n),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function co(e){
for(var t=e.s,n=void 0;t!==void 0;){var o=t.p;t.i===-1?(t.S.U(t),o!==void 0&&(o.n=t.n),t.n!==void 0&&(t.n.p=o)):n=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),t=o}e.s=
n}function me(e,t){E.call(this,void 0,t),this.x=e,this.s=void 0,this.g=_t-1,this.f=4}me.prototype=new E;me.prototype.h=function(){if(this.f&=-3,1&this.f)return!1;
if((36&this.f)==32||(this.f&=-5,this.g===_t))return!0;if(this.g=_t,this.f|=1,this.i>0&&!lo(this))return this.f&=-2,!0;var e=x;try{uo(this),x=this;var t=this.x();
(16&this.f||this.v!==t||this.i===0)&&(this.v=t,this.f&=-17,this.i++)}catch(n){this.v=n,this.f|=16,this.i++}return x=e,co(this),this.f&=-2,!0};me.prototype.S=function(e){
if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}E.prototype.S.call(this,e)};me.prototype.U=function(e){if(this.t!==void 0&&(E.prototype.
U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=t.n)t.S.U(t)}};me.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==
void 0;e=e.x)e.t.N()}};Object.defineProperty(me.prototype,"value",{get:function(){if(1&this.f)throw new Error("Cycle detected");var e=ao(this);if(this.h(),e!==void 0&&
(e.i=this.i),16&this.f)throw this.v;return this.v}});function K(e,t){return new me(e,t)}function fo(e){var t=e.j;if(e.j=void 0,typeof t=="function"){Z++;var n=x;
x=void 0;try{t()}catch(o){throw e.f&=-2,e.f|=8,en(e),o}finally{x=n,yt()}}}function en(e){for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,fo(e)}function ri(e){
if(x!==this)throw new Error("Out-of-order effect");co(this),x=e,this.f&=-2;try{8&this.f&&en(this)}finally{yt()}}function $e(e,t){this.x=e,this.j=void 0,this.s=void 0,
this.u=void 0,this.f=32,this.name=t?.name,We&&We.push(this)}$e.prototype.c=function(){var e=this.S();try{if(8&this.f||this.x===void 0)return;var t=this.x();typeof t==
"function"&&(this.j=t)}finally{e()}};$e.prototype.S=function(){if(1&this.f)throw new Error("Cycle detected");this.f|=1,this.f&=-9,fo(this),uo(this),Z++;var e=x;
return x=this,ri.bind(this,e)};$e.prototype.N=function(){2&this.f||(this.f|=2,this.u=ze,ze=this)};$e.prototype.d=function(){this.f|=8,1&this.f||en(this)};$e.prototype.
dispose=function(){this.d()};function L(e,t){var n=new $e(e,t);try{n.c()}catch(r){throw n.d(),r}var o=n.d.bind(n);return o[Symbol.dispose]=o,o}var Ce,C,tn,po,nn=Object.is,bt=0,ko=[],on=[],M=y,mo=M.__b,ho=M.__r,go=M.diffed,vo=M.__c,_o=M.unmount,yo=M.__;function wt(e,t){M.__h&&M.__h(C,e,bt||t),bt=0;var n=C.
__H||(C.__H={__:[],__h:[]});return e>=n.__.length&&n.__.push({}),n.__[e]}function he(e){return bt=1,ii(xo,e)}function ii(e,t,n){var o=wt(Ce++,2);if(o.t=e,!o.__c&&
(o.__=[n?n(t):xo(void 0,t),function(i){var s=(o.__N||o.__)[0],l=o.t(s,i);nn(s,l)||(o.__N=[l,o.__[1]],o.__c.setState({}))}],o.__c=C,!C.__f)){C.__f=!0;var r=C.shouldComponentUpdate;
C.shouldComponentUpdate=function(i,s,l){var f=this.__H;if(!f)return!0;var c=!1,u=this.props!=i;if(f.__.some(function(m){m.__N&&(c=!0,nn(m.__[0],m.__N[0])||(u=!0))}),
r){var p=r.call(this,i,s,l);return c?p||u:p}return!c||u}}return o.__}function A(e,t){var n=wt(Ce++,3);!M.__s&&sn(n.__H,t)&&(n.__P=!0,n.__=e,n.u=t,C.__H.__h.push(
n))}function Je(e,t){var n=wt(Ce++,4);!M.__s&&sn(n.__H,t)&&(n.__P=!1,n.__=e,n.u=t,C.__h.push(n))}function N(e){return bt=5,ge(function(){return{current:e}},[])}function ge(e,t){var n=wt(Ce++,7);return sn(n.__H,t)&&(n.__=e(),n.__H=t),n.__}function si(){var e;do{for(;e=on.shift();)try{Ge(e)}catch(n){M.__e(n,{__:(e=e.__P)&&e.__v})}for(;e=ko.shift();){var t=e.__H;if(e.__P&&t)try{t.__h.some(Ge),t.__h.
some(rn),t.__h=[]}catch(n){t.__h=[],M.__e(n,e.__v)}}}while(on.length)}M.__b=function(e){C=null,mo&&mo(e)},M.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),
yo&&yo(e,t)},M.__r=function(e){ho&&ho(e),Ce=0;var t=(C=e.__c).__H;t&&(tn==C?C.__h=[]:(t.__h.some(Ge),t.__h.some(rn),Ce=0),t.__h=[],t.__.some(function(n){n.__N&&
(n.__=n.__N),n.u=n.__N=void 0})),tn=C},M.diffed=function(e){go&&go(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&wo(ko.push(t)),t.__H.__.some(function(n){n.u&&(n.
__H=n.u)})),tn=C=null},M.__c=function(e,t){t.some(function(n){try{n.__h.some(Ge),n.__h=n.__h.filter(function(o){return!o.__||rn(o)})}catch(o){n.__h=[function(){
throw o}]}}),vo&&vo(e,t)},M.unmount=function(e){_o&&_o(e);var t,n,o=e.__c;o&&o.__H&&(o.__H.__.some(function(r){try{if(r.__P&&r.__c){if(n===void 0){for(n=e.__;n&&
(!n.__c||!n.__c.__P);)n=n.__;n=n&&n.__c}r.__P=n,wo(on.push(r))}else Ge(r)}catch(i){t=i}}),o.__H=void 0,t&&M.__e(t,o.__v))};var bo=typeof requestAnimationFrame==
"function";function ai(e){var t,n=function(){clearTimeout(o),bo&&cancelAnimationFrame(t),setTimeout(e)},o=setTimeout(n,35);bo&&(t=requestAnimationFrame(n))}function wo(e){
e!=1&&po==M.requestAnimationFrame||((po=M.requestAnimationFrame)||ai)(si)}function Ge(e){var t=C,n=e.__c;typeof n=="function"&&(e.__c=void 0,n()),C=t}function rn(e){
var t=C;e.__c=e.__(),C=t}function sn(e,t){return!e||e.length!=t.length||t.some(function(n,o){return!nn(n,e[o])})}function xo(e,t){return typeof t=="function"?t(
e):t}var an,Ee,kt,li=typeof window<"u"&&!!window.__PREACT_SIGNALS_DEVTOOLS__,So=[],To=[];L(function(){an=this.N})();function Re(e,t){y[e]=t.bind(null,y[e]||function(){})}
function Qe(e){if(kt){var t=kt;kt=void 0,t()}kt=e&&e.S()}function Mo(e){var t=this,n=e.data,o=B(n);o.name="ReactiveDom",o.value=n;var r=ge(function(){for(var l=t,
f=t.__v;f=f.__;)if(f.__c){f.__c.__$f|=4;break}var c=K(function(){var d=o.value.value;return d===0?0:d===!0?"":d||""}),u=K(function(){return!Array.isArray(c.value)&&
!zt(c.value)}),p=L(function(){if(this.N=Co,u.value){var d=c.value;l.__v&&l.__v.__e&&l.__v.__e.nodeType===3&&(l.__v.__e.data=d)}}),m=t.__$u.d;return t.__$u.d=function(){
p(),m.call(this)},[u,c]},[]),i=r[0],s=r[1];return i.value?s.peek():s.value}Mo.displayName="ReactiveTextNode";Object.defineProperties(E.prototype,{constructor:{configurable:!0,
value:eo($,null).constructor},type:{configurable:!0,value:Mo},props:{configurable:!0,get:function(){var e=this;return{data:{get value(){return e.value}}}}},__b:{
configurable:!0,value:1}});Re("__b",function(e,t){if(Qe(),Ee=void 0,typeof t.type=="string"){var n,o=t.props;for(var r in o)if(r!=="children"){var i=o[r];i instanceof
E&&(n||(t.__np=n={}),n[r]=i,o[r]=i.peek())}}e(t)});Re("__r",function(e,t){if(e(t),t.type!==$){Qe();var n,o=t.__c;o&&(o.__$f&=-2,(n=o.__$u)===void 0&&(o.__$u=n=(function(r,i){
var s;return L(function(){s=this},{name:i}),s.c=r,s})((function(r){return function(){var i;li&&((i=this.y)==null||i.call(this)),r.__$f|=1,r.setState({})}})(o),typeof t.
type=="function"?t.type.displayName||t.type.name:""))),Ee=o,Qe(n)}});Re("__e",function(e,t,n,o){Qe(),Ee=void 0,e(t,n,o)});Re("diffed",function(e,t){Qe(),Ee=void 0;
var n;if(typeof t.type=="string"&&(n=t.__e)){var o=t.__np,r=t.props,i=n.U;if(i)for(var s in i){var l=i[s];l===void 0||o&&s in o||(l.d(),i[s]=void 0)}if(o){i||(i=
{},n.U=i);for(var f in o){var c=i[f],u=o[f];c===void 0?(c=ui(n,f,u,r),i[f]=c):c.o(u,r)}}}e(t)});function ui(e,t,n,o){var r=t in e&&e.ownerSVGElement===void 0,i=v(
n);return{o:function(s,l){i.value=s,o=l},d:L(function(){this.N=Co;var s=i.value.value;o[t]!==s&&(o[t]=s,r?e[t]=s:s!=null&&(s!==!1||t[4]==="-")?e.setAttribute(t,
s):e.removeAttribute(t))})}}Re("unmount",function(e,t){if(typeof t.type=="string"){var n=t.__e;if(n){var o=n.U;if(o){n.U=void 0;for(var r in o){var i=o[r];i&&i.
d()}}}var s=t.__np;if(s){var l=t.props;for(var f in s)l[f]=s[f]}t.__np=void 0}else{var c=t.__c;if(c){c.__$f|=8;var u=c.__$u;u&&(c.__$u=void 0,u.d())}}e(t)});Re(
"__h",function(e,t,n,o){o<3&&(t.__$f|=2),e(t,n,o)});Te.prototype.shouldComponentUpdate=function(e,t){if(this.__R)return!0;var n=this.__$u,o=n&&n.s!==void 0;for(var r in t)
return!0;if(this.__f||typeof this.u=="boolean"&&this.u===!0){var i=2&this.__$f;if(!(o||i||4&this.__$f)||1&this.__$f)return!0}else if(!(o||4&this.__$f)||3&this.__$f)
return!0;for(var s in e)if(s!=="__source"&&e[s]!==this.props[s])return!0;for(var l in this.props)if(!(l in e))return!0;return!1};function B(e,t){return ge(function(){
return v(e,t)},[])}function $o(e,t){var n=N(e);return n.current=e,Ee.__$f|=4,ge(function(){return K(function(){return n.current()},t)},[])}var ci=typeof requestAnimationFrame>
"u"?setTimeout:function(e){var t=function(){clearTimeout(n),cancelAnimationFrame(o),e()},n=setTimeout(t,35),o=requestAnimationFrame(t)},fi=function(e){queueMicrotask(
function(){queueMicrotask(e)})};function di(){Me(function(){for(var e;e=So.shift();)an.call(e)})}function pi(){So.push(this)===1&&(y.requestAnimationFrame||ci)(
di)}function mi(){Me(function(){for(var e;e=To.shift();)an.call(e)})}function Co(){To.push(this)===1&&(y.requestAnimationFrame||fi)(mi)}function hi(e,t){var n=N(
e);n.current=e;var o=Ee;A(function(){return L(function(){if(this.N=pi,!(o&&8&o.__$f))return n.current()},t)},[])}var gi=/[\u0000-\u0008\u000b-\u001f\u007f]/g,vi=/[\u202a-\u202e\u2066-\u2069]/g,Eo=/\p{Surrogate}/gu,_i=e=>e===""?"␡":String.fromCharCode(9216+e.charCodeAt(0)),
yi=e=>`⟨U+${e.charCodeAt(0).toString(16).toUpperCase()}⟩`;function ln(e){return e.replace(/\r\n/g,`
`).replace(gi,_i).replace(vi,yi).replace(Eo,"�")}function Pe(e){return ln(e).replace(/\n/g,"␊").replace(/\t/g," ")}var Ze=e=>encodeURIComponent(e.replace(Eo,
"�"));function ga(e,t){if(e.length<=t)return e;let n=/[\ud800-\udbff]/.test(e.charAt(t-1))?t-1:t;return e.slice(0,n)}var U=class extends Error{constructor(n,o,r=0){super(o);this.status=n;this.retryAfterS=r}status;retryAfterS},xt="picket-key",bi=6e4,H=v(void 0),Ae=v(!1),Xe=v(0),
un=[],wi=()=>{try{return localStorage.getItem(xt)??""}catch{return""}},Ro=e=>{try{e?localStorage.setItem(xt,e):localStorage.removeItem(xt)}catch{}},ie=wi();function St(){
return{"Picket-Request":ie||"guest",Accept:"application/json"}}function Po(e){if(e==="."||e==="..")throw new U(0,`The name "${e}" cannot be written in an address; use picket ctl.`);return Ze(e)}var W=(e,...t)=>`/api/core/v2\
/namespaces/${[e,...t].map(Po).join("/")}`,Tt=(e,...t)=>`/api/picket/v1/namespaces/${[e,...t].map(Po).join("/")}`;function ki(e,t){try{let n=JSON.parse(t).message;
if(typeof n=="string"&&n)return n}catch{}return e===403?"You may not do that.":e===404?"It is not there.":`The backend answered with status ${e}.`}async function cn(e){
let t=await e.text().catch(()=>"");return new U(e.status,ki(e.status,t),Number(e.headers.get("Retry-After"))||0)}async function Mt(e,t,n,o){let r=AbortSignal.timeout(
bi),i=e==="PATCH"?"application/merge-patch+json":"application/json";try{let s=await fetch(t,{method:e,credentials:"same-origin",cache:"no-store",redirect:"error",
headers:n===void 0?St():{...St(),"Content-Type":i},...n===void 0?{}:{body:JSON.stringify(n)},signal:o?xi(o,r):r});return Xe.value=Date.now(),s}catch(s){throw o?.
aborted?s:new U(0,r.aborted?"picket did not answer within a minute.":"picket does not answer.")}}function xi(e,t){let n=new AbortController,o=()=>n.abort();for(let r of[
e,t])r.aborted?o():r.addEventListener("abort",o,{once:!0});return n.signal}var Si=()=>new Promise(e=>un.push(e));async function Ti(e,t,n,o){for(;;){let r=await Mt(
e,t,n,o);if(r.ok)return r.text();if(r.status!==401||!H.value)throw await cn(r);Ae.value=!0,await Si()}}async function X(e,t,n,o){let r=await Ti(e,t,n,o);return r?
JSON.parse(r):void 0}var se=(e,t)=>X("GET",e,void 0,t),fn="/api/picket/v1/session";function Ao(e){H.value=e,Ae.value=!1;let t=un;un=[],t.forEach(n=>n())}async function ve(){
let e=await Mt("GET",fn,void 0);if(e.ok)return Ao(await e.json());if(e.status!==401)throw await cn(e);H.value?Ae.value=!0:H.value=null}async function ba(e,t,n){
let o=ie;ie="";let r=await Mt("POST",fn,{username:e,password:t,stay:n}).finally(()=>{ie=o});if(!r.ok)throw await cn(r);let i=await r.json();Ro(ie=i.key??""),Ao(
i)}async function wa(){await Mt("DELETE",fn,void 0).catch(()=>{}),Ro(ie=""),H.value=null,await ve()}function ka(){addEventListener("storage",e=>{e.key!==xt||(e.
newValue??"")===ie||(ie=e.newValue??"",ve().catch(()=>{}))})}function Ne(e,t,n){let o=H.value?.may??{},r=i=>[n,"*"].some(s=>o[i]?.[s]?.some(l=>l===t||l==="*"));
return e?r(e)||r("*"):Object.keys(o).some(r)}var Mi=["problems","events","entities","checks","silences","config","journal","backend","wall"],$i=e=>{try{return decodeURIComponent(e)}catch{return e}},No=e=>Mi.
includes(e??"");function Oo(e){let t=/^\/c\/[^/]+\/n\/([^/]+)\/?(.*)$/.exec(e);if(t||(t=/^\/([^/]+)\/((?:events|entities|checks|silences|silenced)(?:\/.*)?)$/.exec(
e)),!t||t[1]==="n"||t[1]==="all"||No(t[1]))return e.replace(/^(\/n\/[^/]+\/entities\/[^/]+)\/events\/?$/,"$1");let n=t[2].replace(/^silenced/,"silences").replace(
/^(entities\/[^/]+)\/events\/?$/,"$1");return`/n/${t[1]}/${n}`}function Ci(e,t,n="default"){let o=Oo(e).split("/").filter(Boolean).map($i),r=Object.fromEntries(
new URLSearchParams(t));if(o[0]==="wall")return{page:"wall",ns:r.ns??"",path:[],query:r};let i=o[0]==="all",s=o[0]==="n"&&o[1],[l,...f]=i?o.slice(1):s?o.slice(2):
[],c=No(l)&&l!=="wall";return{page:c?l:"problems",ns:i?"":s||n,path:c?f:[],query:r}}function _e(e){let t=Object.fromEntries(Object.entries(e.query??{}).filter(([
,r])=>r));e.page==="wall"&&e.ns&&(t.ns=e.ns);let n=new URLSearchParams(t).toString().replace(/%3A/g,":").replace(/%2C/g,",");return[e.page==="wall"?"":e.ns?`/n/${Ze(
e.ns)}`:"/all",e.page,...(e.path??[]).map(Ze)].join("/")+(n?`?${n}`:"")}var pn=(e,t,n)=>_e({page:"events",ns:e,path:[t,n]}),Ma=(e,t)=>_e({page:"entities",ns:e,path:[
t]}),w=v({page:"problems",ns:"default",path:[],query:{}}),Lo="default";function dn(){w.value=Ci(location.pathname,location.search,Lo)}function $a(e){Lo=e;let t=Oo(
location.pathname);t!==location.pathname&&history.replaceState(null,"",t+location.search),addEventListener("popstate",dn),dn(),location.pathname==="/"&&history.
replaceState(null,"",_e(w.value))}function $t(e,t=!1){e!==location.pathname+location.search&&history[t?"replaceState":"pushState"](history.state,"",e),dn()}function Y(e,t=!0){
let n=w.value;$t(_e({...n,query:{...n.query,...e}}),t)}function Ca(e){let t=e.target.closest?.("a");!t||e.defaultPrevented||e.button||e.ctrlKey||e.metaKey||e.shiftKey||
e.altKey||t.target||t.origin!==location.origin||t.getAttribute("href").startsWith("#")||(e.preventDefault(),$t(t.pathname+t.search))}var D={silenced:1,flapping:2,ttl:4,metrics:8,runnable:16,dependency:32},hn=["namespace","entity","check","status","flags","occurrences","executed","since","told",
"output"],gn=(e,t,n)=>`${e}/${t}/${n}`,Le=e=>(e.flags&D.silenced)!==0,Oe=e=>Math.min(e,3);function vn(e){let t=Object.fromEntries(e.map((r,i)=>[r,i])),n=(r,i)=>String(
r[t[i]??-1]??""),o=(r,i)=>Number(r[t[i]??-1]??0);return r=>{let i=o(r,"flags"),s=n(r,"namespace"),l=n(r,"entity"),f=n(r,"check"),c=n(r,"output");return{key:gn(s,
l,f),ns:s,entity:l,check:f,output:c,status:o(r,"status"),flags:i,stored:(i&D.silenced)!==0,occurrences:o(r,"occurrences"),executed:o(r,"executed"),since:o(r,"si\
nce"),told:n(r,"told"),hay:`${l} ${f} ${c}`.toLowerCase()}}}var Do=[3,2,0,1],Ye=(e,t)=>Ct(e.entity,t.entity)||Ct(e.check,t.check)||Ct(e.ns,t.ns),Ct=(e,t)=>e<t?-1:
e>t?1:0,mn={severity:(e,t)=>Do[Oe(e.status)]-Do[Oe(t.status)]||t.since-e.since||Ye(e,t),since:(e,t)=>t.since-e.since||Ye(e,t),executed:(e,t)=>t.executed-e.executed||
Ye(e,t),entity:Ye,check:(e,t)=>Ct(e.check,t.check)||Ye(e,t)};function Io(e,t,n){let o=Object.hasOwn(mn,t)?mn[t]:mn.severity;return e.sort(n?(r,i)=>o(i,r):o)}function et(e){
let t=[[0,0],[0,0],[0,0],[0,0]];for(let n of e){let o=t[Oe(n.status)];o[0]++,Le(n)&&o[1]++}return t}var _n=e=>[0,1,2,3].map(t=>e?.[t]??[0,0]),Et=(e,t)=>e[t][0]-
e[t][1];function Fo(e,t){let n=new Map(t.map((r,i)=>[r,i])),o=e.flatMap(r=>n.get(r)??[]);return e.length-o.length+(t.length-o.length)+(o.length-Ei(o))}function Ei(e){
let t=[];for(let n of e){let o=0,r=t.length;for(;o<r;){let i=o+r>>1;t[i]<n?o=i+1:r=i}t[o]=n}return t.length}var qo=e=>e||"*";function Ho(e,t){let n=new Set,o=new Set;for(let r of e){if(r.begin>t||r.expire_at>0&&r.expire_at<=t)continue;let i=r.metadata.namespace,s=/^entity:(.*)$/.
exec(r.subscription??"")?.[1];r.windows?.length||r.subscription&&r.subscription!=="*"&&s===void 0?o.add(i):n.add(`${i}/${qo(s)}:${qo(r.check)}`)}return{keys:n,others:o}}
function Uo(e,t){return([`${e.entity}:${e.check}`,`${e.entity}:*`,`*:${e.check}`,"*:*"].some(r=>t.keys.has(`${e.ns}/${r}`))||t.others.has(e.ns)&&e.stored)===((e.
flags&D.silenced)!==0)?e:{...e,flags:e.flags^D.silenced}}var bn=2e4,Ri=2e3,Vo=v(0),jo=()=>Math.floor(Date.now()/1e3+Vo.value),ee=v(Math.floor(Date.now()/1e3)),ye=K(()=>Math.floor(ee.value/5)*5);function Fa(){setInterval(
()=>{document.hidden||(ee.value=jo())},1e3),L(()=>{ee.value=jo()})}var Go="picket-preferences",Ko={theme:"auto",density:"normal",keys:!0,zone:"local"};function Pi(){
try{return{...Ko,...JSON.parse(localStorage.getItem(Go)??"{}")}}catch{return Ko}}var ae=v(Pi());function qa(e){ae.value={...ae.value,...e};try{localStorage.setItem(
Go,JSON.stringify(ae.value))}catch{}}var tt=K(()=>ae.value.zone),Jo=e=>({ns:e,map:new Map,matched:0,counts:_n(void 0),loaded:"no",partial:!1,error:null}),_=v(Jo(
"")),te=v(""),yn=vn(hn),Rt=0,Ai=e=>e?Tt(e,"events"):"/api/picket/v1/events";async function Bo(e,t){return se(`${Ai(e)}?${new URLSearchParams(t)}`)}function Wo(e,t,n){
yn=vn(t.columns??hn);let o=new Map;for(let s of t.rows){let l=wn(yn(s));o.set(l.key,l)}let r=t.matched>t.rows.length,i=n==="all"&&!r;_.value={ns:e,map:o,matched:t.
matched,counts:i?et(o.values()):_n(t.counts),loaded:n,partial:r,error:null}}async function Ie(){let e=w.value.ns,t=++Rt,n=te.value;_.value.ns!==e&&(_.value=Jo(e));
try{if(_.value.loaded==="no"){let r=await Bo(e,{status:"1,2,3",limit:String(Ri)});t===Rt&&Wo(e,r,"problems")}let o=await Bo(e,{limit:String(bn),...n?{q:n}:{}});
return t===Rt&&Wo(e,o,"all"),o.revision}catch(o){throw t===Rt&&(_.value={..._.value,error:o}),o}}var Qo,Ni=100,Oi=.03;function Li(){Qo=void 0,_.value={..._.value,
counts:_.value.partial?_.value.counts:et(_.value.map.values())}}function At(){Qo??=setTimeout(Li,Math.max(Ni,_.value.map.size*Oi))}var zo=v([]);function Zo(e){let t=[],
n=_.value.map,o=_.value.loaded==="all"&&!te.value;for(let r of e){let i=wn(yn(r)),s=n.get(i.key);!o&&!s&&i.status===0||(i.status===2&&s?.status!==2&&!(i.flags&1)&&
t.push(i),n.set(i.key,i))}t.length&&(zo.value=[...zo.value,...t].slice(-50)),At()}function Nt(e){for(let[t,n,o]of e)_.value.map.delete(gn(t,n,o));At()}function Ot(e,t){
let n=_.value.map.get(e);n&&(_.value.map.set(e,{...n,...t}),At())}var Xo=[],De=null,wn=e=>De?Uo(e,De):e;function Yo(){De=Ho(Xo,ee.value);for(let[e,t]of _.value.
map){let n=wn(t);n!==t&&_.value.map.set(e,n)}At()}async function Di(e){if(!Ne(e,"list","silenced")){De=null;return}Xo=await se(e?W(e,"silenced"):"/api/core/v2/s\
ilenced")??[],e===w.value.ns&&Yo()}var Ii=15e3;function Ha(){L(()=>{be.silenced.value,Di(w.value.ns).catch(()=>{De=null})}),setInterval(()=>{De&&!document.hidden&&
Yo()},Ii)}var Lt=v(null);async function kn(){let e=await se("/api/picket/v1/summary");Me(()=>{Lt.value=e,Vo.value=e.now-Date.now()/1e3})}var nt=K(()=>{let e=_.value;
if(e.ns===w.value.ns&&e.loaded==="all"&&!te.value)return e.counts;let t=Lt.value?.namespaces.filter(n=>!w.value.ns||n.name===w.value.ns)??[];return t.length?[0,
1,2,3].map(n=>t.reduce((o,r)=>[o[0]+(r.counts[n]?.[0]??0),o[1]+(r.counts[n]?.[1]??0)],[0,0])):e.counts}),xn=K(()=>H.value?.namespaces??[]),be={silenced:v(0),entities:v(
0),checks:v(0)},we=e=>{be[e].value++},Pt=v([]),Fi=6e3,qi=0;function Sn(e,t=!1){let n=++qi;Pt.value=[...Pt.value,{id:n,text:e,bad:t}].slice(-4),t||setTimeout(()=>Hi(
n),Fi)}var Hi=e=>{Pt.value=Pt.value.filter(t=>t.id!==e)};var qe=[],Fe="",er,Ui=1500;function nr(e){return qe.unshift(e),()=>{qe.splice(qe.indexOf(e),1)}}var Ka=()=>qe.flat();function ji(e){return(e.ctrlKey||e.metaKey?
"Ctrl-":"")+(e.shiftKey&&e.key.length>1?"Shift-":"")+(e.key===" "?"Space":(e.ctrlKey||e.metaKey)&&e.key.length===1?e.key.toUpperCase():e.key)}function tr(e){let t=e;
return!!t&&(t.isContentEditable||t.tagName==="TEXTAREA"||t.tagName==="SELECT"||t.tagName==="INPUT"&&!/checkbox|radio/.test(t.type))}var Ki=e=>!!e?.closest?.("bu\
tton,a,input,summary,select");function Bi(e,t){let n=t.target===document.body||!!t.target.closest?.("[data-list]");return qe.flat().find(o=>o.keys.split(" or ").
includes(e)&&(!o.row||n))}function Wi(e){if(e.altKey||e.defaultPrevented||e.isComposing)return;let t=ji(e),n=t.length===1||t==="Space";if(document.querySelector(
"dialog[open]")&&t!=="Ctrl-K"||tr(e.target)&&n||n&&!ae.value.keys||(t==="Space"||t==="Enter")&&Ki(e.target))return;let o=Bi(Fe?`${Fe} ${t}`:t,e),r=!Fe&&qe.flat().
some(i=>i.keys.startsWith(`${t} `));clearTimeout(er),Fe=!o&&r?t:"",Fe&&(er=setTimeout(()=>{Fe=""},Ui)),!(!o||tr(e.target)&&!t.startsWith("Ctrl-"))&&(e.preventDefault(),
o.run(e))}function Ba(){addEventListener("keydown",Wi)}function or(e){let t="",n={event:"message",id:0,data:""},o=r=>{if(r===""){n.data&&e(n),n={event:"message",id:n.id,data:""};return}let i=r.indexOf(":"),s=i<0?r:r.
slice(0,i),l=i<0?"":r.slice(i+1).replace(/^ /,"");s==="event"?n.event=l:s==="id"?n.id=Number(l)||n.id:s==="data"&&(n.data+=(n.data?`
`:"")+l)};return r=>{if(t+=r,t.length>8388608)throw new Error("a frame of the stream has no end");let i=t.split(/\r?\n/);t=i.pop(),i.forEach(o)}}var zi=3e4;function rr(e,t){
let n=Math.min(zi,1e3*2**Math.max(0,e-1));return Math.round(n*(.75+t/2))}var I=v("off"),cr=v(0),fr=v(!0),ir=4e4,Vi=3e4,Gi=1e4,Ji=300,Qi=5e3,Zi=300,He=null,ke=0,$n;function Xi(){let e=["events","silenced","entities","checks"].filter(n=>Ne(
w.value.ns,"list",n));if(!e.includes("events"))return null;let t=w.value.ns||(xn.value.length===1?xn.value[0]:"");return`/api/picket/v1/watch?${new URLSearchParams(
{kinds:e.join(","),view:"rows",quiet:"yes",...t?{namespace:t}:{}})}`}var Tn=new Map;function Yi(e){!(e in be)||Tn.has(e)||Tn.set(e,setTimeout(()=>{Tn.delete(e),
we(e)},Ji))}var sr;function es(){sr??=setTimeout(()=>{sr=void 0,kn().catch(()=>{})},Qi)}function ar(e){e.event==="rows"?Zo(JSON.parse(e.data)):e.event==="gone"?
Nt(JSON.parse(e.data)):e.event==="stale"&&Yi(JSON.parse(e.data).kind),es()}async function ts(e,t){let n=[],o=setTimeout(()=>t.abort(),ir),r=async()=>{n??=[];let f=await Ie();
for(let c of n)c.id>f&&ar(c);n=null},i=or(f=>{f.event==="reload"?r().catch(()=>t.abort()):n?n.push(f):ar(f)}),s=e.body.pipeThrough(new TextDecoderStream).getReader(),
l=r().catch(()=>t.abort());try{for(;;){let{done:f,value:c}=await s.read();if(f)return await l;clearTimeout(o),o=setTimeout(()=>t.abort(),ir),Xe.value=Date.now(),
i(c)}}finally{clearTimeout(o)}}function dr(){ke=0,cr.value=0,I.value="live",kn().catch(()=>{});for(let e of Object.keys(be))we(e)}async function ns(e){let t=Xi();
if(!t)return lr(e);let n=await fetch(t,{headers:St(),credentials:"same-origin",cache:"no-store",signal:e.signal});if(Xe.value=Date.now(),n.status===403&&await ve(),
n.status===403||n.status===404)return lr(e);if(n.status===401)throw await ve(),new U(401,"the session is over");if(!n.ok)throw new U(n.status,"the stream of cha\
nges was refused");ke&&await ve(),dr(),await ts(n,e)}async function lr(e){await Ie(),dr(),I.value="polling",await new Promise(t=>{let n=setTimeout(t,Gi);e.signal.
addEventListener("abort",()=>{clearTimeout(n),t()})})}function os(e){ke++,e?I.value="connecting":ke>1?(I.value="offline",cr.value||=Math.floor(Xe.value/1e3)):I.
value="connecting"}async function ur(e){let t=e instanceof U?e.status:0;t===403&&await ve().catch(()=>{}),os(t>0),$n=setTimeout(()=>{Cn()},ke===1?Zi:rr(ke-1,Math.
random()))}async function Cn(){clearTimeout($n),He?.abort();let e=He=new AbortController;if(!H.value||Ae.value){I.value="off";return}if(!fr.value){I.value="paus\
ed";return}I.value!=="offline"&&(I.value="connecting");try{await ns(e)}catch(t){He===e&&await ur(t);return}if(He===e){if(I.value==="polling")return Cn();await ur(
null)}}var Mn=()=>{ke=0,Cn()};function Xa(){let e;document.addEventListener("visibilitychange",()=>{clearTimeout(e),document.hidden?e=setTimeout(()=>{He?.abort(),
He=null,clearTimeout($n),I.value="off"},Vi):(I.value==="off"||I.value==="offline")&&Mn()}),addEventListener("online",()=>Mn());let t="";L(()=>{let n=[H.value?.username??
"",Ae.value,fr.value,w.value.ns,te.value,JSON.stringify(H.value?.may??{})].join(`
`);n!==t&&(t=n,Promise.resolve().then(()=>Mn()))})}var rs=Symbol.for("pv"),is=0;function a(e,t,n,o,r,i){t||(t={});var s,l,f=t;if("ref"in f&&typeof e!="function")for(l in f={},t)l=="ref"?s=t[l]:f[l]=t[l];var c={type:e,props:f,key:n,ref:s,__k:null,
__:null,__b:0,__e:null,__c:null,constructor:rs,__v:--is,__i:-1,__u:0};return(r||i)&&(c.__source=r,c.__self=i),y.vnode&&y.vnode(c),c}function ll(e,t=[],n=""){let[o,r]=he({path:e,error:null,loading:!!e}),[i,s]=he(0),l=`${t.map(c=>be[c].value).join()} ${n}`;A(()=>{if(!e)return;let c=new AbortController;
return r(u=>u.path===e?{...u,loading:!0}:{path:e,error:null,loading:!0}),se(e,c.signal).then(u=>r({path:e,data:u,error:null,loading:!1}),u=>{c.signal.aborted||r(
p=>({path:e,data:p.path===e?p.data:void 0,error:u,loading:!1}))}),()=>c.abort()},[e,l,i]);let f=o.path===e;return{data:f?o.data:void 0,error:f?o.error:null,loading:!f||
o.loading,again:()=>s(c=>c+1)}}function le(e){let t=N(e);t.current=e,A(()=>nr(e.map((n,o)=>({...n,run:r=>t.current[o]?.run(r)}))),[e.map(n=>n.keys).join()])}var pr="\
(max-width: 699px)",En=v(matchMedia(pr).matches);matchMedia(pr).addEventListener("change",e=>{En.value=e.matches});var ss=v("Problems");function mr(e){Je(()=>{ss.
value=e},[e])}function hr(e,t=150){let n=B(!1);return A(()=>{if(!e){n.value=!1;return}let o=setTimeout(()=>{n.value=!0},t);return()=>clearTimeout(o)},[e]),n.value&&
e}function gr(e){let t=B(600);return Je(()=>{let n=new ResizeObserver(()=>{e.current&&(t.value=e.current.clientHeight)});return n.observe(e.current),()=>n.disconnect()},
[]),t}var z={keys:new Set,anchor:null};function Dt(e,t){let n=new Set(e.keys);return n.delete(t)||n.add(t),{keys:n,anchor:t}}function It(e,t,n){let o=t.indexOf(e.anchor??
n),r=t.indexOf(n);if(o<0||r<0)return Dt(e,n);let i=new Set(e.keys);for(let s of t.slice(Math.min(o,r),Math.max(o,r)+1))i.add(s);return{keys:i,anchor:e.anchor??n}}
var ot=e=>({keys:new Set(e),anchor:e[0]??null});function vr(e,t){let n=new Set([...e.keys].filter(t));return n.size===e.keys.size?e:{keys:n,anchor:e.anchor&&t(e.
anchor)?e.anchor:null}}var as=v(null),_r=e=>{as.value=e},pl=v(!1),ml=v(""),hl=v(!1),gl=v(!1),F=v(z);var yr="M3.5 11.5c1-1 1.2-2 1.2-4A3.3 3.3 0 0 1 8 4a3.3 3.3 0 0 1 3.3 3.5c0 2 .2 3 1.2 4zM6.8 13.8h2.4M8 4V2.6M2 2l12 12",ls={critical:{f:"M5 1h6l4 4v6l-4 4H5l-\
4-4V5z",c:"M8 4.2v4.6M8 11.4v.2"},warning:{f:"M8 1.2 15.4 14.6H.6z",c:"M8 6v4.2M8 12.3v.2"},unknown:{f:"M8 .6 15.4 8 8 15.4.6 8z",c:"M6.3 6.3a1.8 1.8 0 1 1 2.4 \
1.9c-.5.2-.7.5-.7 1.1M8 11.4v.2"},ok:{s:"M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M5 8.2l2.1 2.1L11 6"},silenced:{s:yr},bell:{s:"M3.5 11.5c1-1 1.2-2 1.2-4A3.\
3 3.3 0 0 1 8 4a3.3 3.3 0 0 1 3.3 3.5c0 2 .2 3 1.2 4zM6.8 13.8h2.4M8 4V2.6"},told:{s:"M1.5 3.5h13v9h-13zM1.5 4l6.5 5 6.5-5"},nobody:{s:"M8 2a6 6 0 1 1 0 12A6 6 \
0 1 1 8 2M3.8 12.2l8.4-8.4"},filtered:{s:"M2 2.5h12L9.5 8.2v5l-3-1.6V8.2z"},held:{s:"M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8M6.4 5.4v5.2M9.6 5.4v5.2"},failed:{
s:"M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6"},waiting:{s:"M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8M8 4.6V8l2.4 1\
.6"},problems:{s:"M5.2 1.8h5.6l3.4 3.4v5.6l-3.4 3.4H5.2l-3.4-3.4V5.2zM8 5v3.6M8 10.9v.2"},events:{s:"M2 4h1M2 8h1M2 12h1M5.5 4H14M5.5 8H14M5.5 12H14"},entities:{
s:"M2 2.5h12v4.2H2zM2 9.3h12v4.2H2zM4.5 4.6h.2M4.5 11.4h.2"},checks:{s:"M2 3.8l1.2 1.2 2-2.2M2 8.4l1.2 1.2 2-2.2M2 13l1.2 1.2 2-2.2M8 4h6M8 8.6h6M8 13.2h6"},silences:{
s:yr},config:{s:"M2 4.5h7M12.5 4.5H14M2 11.5h1.5M7 11.5h7M10.8 2.8v3.4M5.2 9.8v3.4"},journal:{s:"M3 2h10v12H3zM5.5 5h5M5.5 8h5M5.5 11h3"},backend:{s:"M2 4.2C2 3\
 4.7 2 8 2s6 1 6 2.2v7.6C14 13 11.3 14 8 14s-6-1-6-2.2zM2 4.2c0 1.2 2.7 2.2 6 2.2s6-1 6-2.2M2 8c0 1.2 2.7 2.2 6 2.2S14 9.2 14 8"},wall:{s:"M1.5 2.5h13v8.5h-13zM\
5 14h6M8 11v3"},search:{s:"M7 2a5 5 0 1 1 0 10A5 5 0 1 1 7 2M10.6 10.6 14.3 14.3"},down:{s:"M3.5 6 8 10.5 12.5 6"},back:{s:"M10 3 5 8l5 5"},close:{s:"M3.5 3.5l9\
 9M12.5 3.5l-9 9"},run:{s:"M13.5 8A5.5 5.5 0 1 1 11.6 3.8M13.6 1.6v3.2h-3.2"},delete:{s:"M2.5 4h11M6 4V2.2h4V4M4 4l.7 10h6.6L12 4M6.7 6.8v4.6M9.3 6.8v4.6"},user:{
s:"M8 2.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 1 1 0-5.6M2.5 14.2c.4-2.8 2.6-4.2 5.5-4.2s5.1 1.4 5.5 4.2"},theme:{f:"M8 1.5a6.5 6.5 0 0 1 0 13z",s:"M8 1.5a6.5 6.5 0 1 \
1 0 13a6.5 6.5 0 1 1 0-13"},help:{s:"M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M6 6.2A2 2 0 1 1 8.6 8c-.4.2-.6.6-.6 1.2M8 11.4v.2"},more:{s:"M3 8h.2M8 8h.2M13\
 8h.2"},plus:{s:"M8 3v10M3 8h10"},pause:{s:"M5.5 3v10M10.5 3v10"},play:{s:"M4.5 2.8v10.4L13 8z"},flap:{s:"M1.5 11 4.5 4l3 8 3-8 3 7"}};function R({name:e,title:t,
size:n=16}){let o=ls[e];return a("svg",{class:`icon icon-${e}`,width:n,height:n,viewBox:"0 0 16 16",role:t?"img":void 0,"aria-hidden":t?void 0:"true","aria-labe\
l":t,children:[o.f&&a("path",{class:"fill",d:o.f}),o.s&&a("path",{class:"line",d:o.s}),o.c&&a("path",{class:"cut",d:o.c})]})}var br=[["d",86400],["h",3600],["m",60],["s",1]];function rt(e){let t=Math.max(0,Math.floor(e)),n=br.findIndex(([,r])=>t>=r);if(n<0)return"0 s";let o=[];for(let[
r,i]of br.slice(n,n+2))t>=i&&o.push(`${Math.floor(t/i)} ${r}`),t%=i;return o.join(" ")}var qt=e=>rt(e<60?e:e-e%60),bl=e=>`every ${e===60?"minute":e===3600?"hou\
r":e===86400?"day":rt(e)}`,xr=(e,t)=>t-e<1?"just now":`${rt(t-e)} ago`;var wr=new Map;function Sr(e,t){let n=e+JSON.stringify(t),o=wr.get(n);return o||wr.set(n,o=new Intl.DateTimeFormat("en-GB",{...t,hourCycle:"h23",...e==="utc"?{timeZone:"\
UTC"}:{}})),o}var Tr={hour:"2-digit",minute:"2-digit"},us={...Tr,second:"2-digit"},cs={year:"numeric",month:"2-digit",day:"2-digit"},Ft=(e,t,n=!1)=>Sr(t,n?us:Tr).
format(e*1e3);function xe(e,t){let n=Object.fromEntries(Sr(t,cs).formatToParts(e*1e3).map(o=>[o.type,o.value]));return`${n.year}-${n.month}-${n.day}`}function Mr(e,t,n){
return xe(e,n)===xe(t,n)?Ft(e,n):`${xe(e,n)} ${Ft(e,n)}`}function fs(e,t){let n=t==="utc"?0:-new Date(e*1e3).getTimezoneOffset(),o=Math.abs(n),r=i=>String(i).padStart(
2,"0");return`${n<0?"-":"+"}${r(Math.floor(o/60))}:${r(o%60)}`}function Ht(e,t){if(!e)return"never";let n=`${xe(e,"utc")} ${Ft(e,"utc",!0)} UTC`;return t==="utc"?
n:`${xe(e,t)} ${Ft(e,t,!0)} ${fs(e,t)} = ${n}`}var ds={s:1,m:60,min:60,h:3600,d:86400,w:604800};function Rn(e){let t=e.trim().toLowerCase();if(!/^(\d+(\.\d+)?\s*(s|min|m|h|d|w)\s*)+$/.
test(t))return;let n=0;for(let o of t.matchAll(/(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)/g))n+=Number(o[1])*ds[o[2]];return Math.round(n)}function wl(e,t,n){let o=Rn(e);
if(o!==void 0)return o>0?t+o:void 0;let r=/^(?:until\s+)?(?:(\d{4}-\d\d-\d\d)[ t])?(\d{1,2}):(\d\d)$/i.exec(e.trim());if(!r||Number(r[2])>23||Number(r[3])>59)return;
let i=kr(r[1]??xe(t,n),Number(r[2]),Number(r[3]),n);return i===void 0||i>t?i:r[1]?void 0:kr(xe(t+86400,n),Number(r[2]),Number(r[3]),n)}function kr(e,t,n,o){let[
r,i,s]=e.split("-").map(Number),l=o==="utc"?Date.UTC(r,i-1,s,t,n):new Date(r,i-1,s,t,n).getTime();return Number.isNaN(l)?void 0:Math.floor(l/1e3)}var Ue=e=>Object.assign(Object.create(null),e);var ps=Ue({"":{icon:"nobody",word:"nobody",title:"Nobody was told: it names no handler, or nothing is decided yet",tone:"quiet"},told:{icon:"told",word:"told",title:"\
A handler told somebody",tone:"good"},delivered:{icon:"told",word:"told",title:"A handler told somebody",tone:"good"},filtered:{icon:"filtered",word:"filtered",
title:"A filter of every handler said no",tone:"quiet"},"held back":{icon:"held",word:"held back",title:"Held back: by an alert rule, or by what it depends on",
tone:"quiet"},failed:{icon:"failed",word:"failed",title:"A handler tried to tell and failed",tone:"bad"},unknown:{icon:"failed",word:"no handler",title:"The han\
dler it names does not exist",tone:"bad"},dropped:{icon:"failed",word:"dropped",title:"Not told: sets of handlers nested too deeply, or too many of them",tone:"\
bad"},waiting:{icon:"waiting",word:"waiting",title:"On its way: it runs, or is tried again",tone:"quiet"}}),Pn=e=>ps[e]??{icon:"nobody",word:e,title:e,tone:"qui\
et"},ms=Ue({not_silenced:"it is silenced",is_incident:"it is no incident, nor the end of one",has_metrics:"it has no metrics"});function hs(e){let t=/^filter ([^:]+): ?([^]*)$/.
exec(e);return t?[ms[t[1]]??`filter ${t[1]} said no`,t[2]]:["a filter said no",e]}function Tl(e){let t=Pn(e.outcome),n=e.why??"";switch(e.outcome){case"delivere\
d":return{...t,text:"told",detail:n};case"filtered":{let[o,r]=hs(n);return{...t,text:`not told: ${o}`,detail:r}}case"held back":return{...t,text:(e.alert?.told?
"told before; not again yet: ":"not yet: ")+(n.replace(/^alert rule: /,"")||"held back"),detail:""};case"failed":return{...t,text:"not told: it failed",detail:n};case"\
unknown":return{...t,text:"not told: there is no such handler",detail:n};case"dropped":return{...t,text:"not told: dropped",detail:n};case"waiting":return{...t,
text:"on its way",detail:n};default:return{...t,text:e.outcome,detail:n}}}var gs=e=>e.outcome==="delivered"||e.outcome==="told"||!!e.alert?.told;function Ml(e,t,n){
if(!t)return{text:"Nobody: this check names no handler.",tone:n?"bad":"quiet"};if(!e||!e.handlers.length)return{text:"Nothing is decided yet.",tone:"quiet"};let o=[
...new Set(e.handlers.filter(gs).map(i=>i.handler))];return o.length?{text:`Yes: ${o.slice(0,3).join(", ")}${o.length>3?` and ${o.length-3} more`:""}.`,tone:"go\
od"}:e.handlers.some(i=>i.outcome==="waiting")?{text:"It is on its way.",tone:"quiet"}:n?{text:"No, nobody.",tone:e.handlers.some(i=>["failed","unknown","droppe\
d"].includes(i.outcome))?"bad":"quiet"}:{text:"No, and it is OK.",tone:"quiet"}}function $l(e,t){let n=Math.max(1,e?.after??1),o=e?.every??1;return t<n?n:o?n+o*
(Math.floor((t-n)/o)+1):0}var vs=/\bhttps?:\/\/[^\s<>"'`\u0000-\u001f\u2400-\u2421\u27e8\u27e9]+/gi;function _s(e){let t=e.replace(/[.,;:!?*]+$/,"");for(let[n,o]of["()","[]","{}"])t.endsWith(o)&&t.split(o).length>t.split(n).length&&(t=t.slice(0,-1));return t}function ys(e){
try{let t=new URL(e);return t.protocol==="http:"||t.protocol==="https:"?t.href:void 0}catch{return}}function $r(e){let t=[],n=0,o=0;for(let r of e.matchAll(vs)){
let i=_s(r[0]),s=ys(i);!s||++o>200||(r.index>n&&t.push({text:e.slice(n,r.index)}),t.push({text:i,href:s}),n=r.index+i.length)}return n<e.length&&t.push({text:e.
slice(n)}),t}var V=({text:e})=>a("bdi",{children:Pe(e)});function bs({text:e,lines:t=!1}){return a("bdi",{children:$r((t?ln:Pe)(e)).map(n=>n.href?a("a",{href:n.href,target:"\
_blank",rel:"noopener noreferrer",children:n.text}):n.text)})}var Il=({t:e})=>a("time",{title:Ht(e,tt.value),dateTime:e?new Date(e*1e3).toISOString():void 0,children:e?
Mr(e,ee.value,tt.value):"never"}),Fl=({t:e})=>a("time",{title:Ht(e,tt.value),dateTime:e?new Date(e*1e3).toISOString():void 0,children:e?xr(e,ee.value):"never"}),
Cr=({since:e})=>a("time",{title:e?`since ${Ht(e,tt.value)}`:"not known since when",children:e?qt(ye.value-e):"?"}),ws=["OK","Warning","Critical","Unknown"],ks=[
"ok","warning","critical","unknown"],xs=e=>e>3?`Unknown ${e}`:ws[e],G=e=>["ok","warning","critical","unknown"][Oe(e)];function Er({status:e,silenced:t,badge:n}){
return a("span",{class:`status s-${G(e)}${n?" badge":""}${t?" is-silenced":""}`,children:[a(R,{name:ks[Oe(e)]}),xs(e)]})}function Rr({told:e}){let t=Pn(e);return a(
"span",{class:`told t-${t.tone}`,title:t.title,children:[a(R,{name:t.icon}),a("span",{children:Pe(t.word)})]})}function O({icon:e,kind:t,shortcut:n,why:o,children:r,
...i}){return a("button",{type:"button",...i,class:`button ${t??""} ${i.class??""}`,"aria-disabled":o?"true":void 0,title:o||i.title,"aria-keyshortcuts":n,onClick:o?
void 0:i.onClick,children:[e&&a(R,{name:e}),r,n&&a("kbd",{"aria-hidden":"true",children:n})]})}function ql({title:e,side:t,children:n,class:o=""}){return a("sec\
tion",{class:`card ${o}`,"aria-label":e,children:[a("header",{children:[a("h2",{children:e}),t&&a("div",{class:"side",children:t})]}),n]})}function Hl({list:e}){
return a("dl",{class:"facts",children:e.filter(([,t])=>t!=null&&t!==""&&t!==!1).map(([t,n])=>a($,{children:[a("dt",{children:t}),a("dd",{children:typeof n=="str\
ing"?a(V,{text:n}):n})]}))})}function Ul({of:e}){let t=Object.entries(e??{});return t.length?a("ul",{class:"pairs",children:t.map(([n,o])=>a("li",{children:[a("\
span",{class:"key",children:a(V,{text:n})})," ",a("span",{class:"value",children:a(bs,{text:String(o)})})]}))}):null}var Se=(e,t,n=`${t}s`)=>`${e.toLocaleString(
"en-GB").replace(/,/g," ")} ${e===1?t:n}`,J=e=>e.toLocaleString("en-GB").replace(/,/g," ");function An({title:e,onClose:t,children:n,wide:o,fixed:r}){let i=N(null);return A(()=>{let l=document.activeElement;return i.current.showModal(),i.current.querySelector(
"[data-first]")?.focus(),()=>{l?.isConnected&&l.focus()}},[]),a("dialog",{ref:i,class:o?"wide":"","aria-label":e,onMouseDown:l=>{l.target===i.current&&!r&&t()},
onCancel:l=>{l.preventDefault(),r||t()},children:a("div",{class:"dialog",children:[a("header",{children:[a("h2",{children:e}),!r&&a("button",{type:"button",class:"\
button quiet icon-only","aria-label":"Close",onClick:t,children:a(R,{name:"close"})})]}),n]})})}var it=v(null),Nn=e=>{it.value=e};function Ss({q:e}){let[t,n]=he(
""),o=!e.typed||t===e.typed,r=()=>{it.value=null},i=s=>{s.preventDefault(),o&&(r(),e.run())};return a(An,{title:e.title,onClose:r,children:a("form",{onSubmit:i,
children:[a("div",{class:"prose",children:e.text}),e.typed&&a("label",{class:"field",children:[a("span",{children:["Write ",a("b",{children:e.typed})," to confi\
rm"]}),a("input",{"data-first":!0,value:t,onInput:s=>n(s.currentTarget.value),autocomplete:"off",spellcheck:!1})]}),a("footer",{children:[a(O,{onClick:r,children:"\
Cancel"}),a(O,{type:"submit",kind:e.danger?"danger":"main",why:!o&&`Write ${e.typed} first`,...e.typed?{}:{"data-first":!0},children:e.act})]})]})})}var Gl=()=>it.
value?a(Ss,{q:it.value},it.value.title):null;function Pr(e,t,n,o){let r=Math.max(0,Math.floor(e/n)-8),i=Math.min(o,Math.ceil((e+t)/n)+8);return{first:Math.min(r,o),last:Math.max(i,Math.min(r,o))}}function On(e,t,n,o,r){
let i=e*o,s=i+o+r;return i<t?i:s>t+n?s-n:t}var Ar={phone:68,normal:38,dense:30};function Nr(e){let t=N(null),n=N(null),o=N(!1),r=B(0),i=gr(t),s=En.value?Ar.phone:Ar[ae.value.density],l=e.items.map(e.keyOf),
f=e.focus.value===null?-1:l.indexOf(e.focus.value),c=Pr(r.value,i.value,s,e.items.length),u=f>=0&&(f<c.first||f>=c.last)?[f]:[];for(let h=c.first;h<c.last;h++)u.
push(h);let p=h=>{if(!l.length)return;let k=Math.max(0,Math.min(l.length-1,h)),g=t.current;g.scrollTop=On(k,g.scrollTop,g.clientHeight,s,n.current.offsetHeight),
r.value=g.scrollTop,o.current=!0,e.focus.value===l[k]?m():e.focus.value=l[k]},m=()=>{t.current?.querySelector('.row[tabindex="0"]')?.focus({preventScroll:!0}),o.
current=!1};Je(()=>{o.current&&m()}),A(()=>{f>=0&&t.current&&(t.current.scrollTop=On(f,0,t.current.clientHeight,s,40))},[]),$s(e,l,f,p,Math.max(1,Math.floor(i.value/
s)-2));let d=h=>()=>{e.inUse&&(e.inUse.value=h)};return a("div",{class:`grid grid-${e.name}`,role:"grid","aria-label":e.label,"aria-rowcount":e.items.length+1,"\
aria-multiselectable":e.selection?"true":void 0,"data-list":!0,ref:t,onScroll:h=>{r.value=h.currentTarget.scrollTop},onPointerEnter:d(!0),onPointerLeave:d(!1),children:[
a(Ts,{p:e,head:n,keys:l}),a("div",{class:"body",role:"rowgroup",style:{height:`${e.items.length*s}px`},children:u.map(h=>a(Ms,{p:e,item:e.items[h],k:l[h],index:h,
height:s,order:l,stop:h===(f<0?0:f)},l[h]))})]})}function Ts({p:e,head:t,keys:n}){let o=e.selection?.value.keys.size??0,r=i=>i.sort&&i.sort===e.sort?e.reversed?
"descending":"ascending":void 0;return a("div",{class:"head",role:"row","aria-rowindex":1,ref:t,children:[e.selection&&a("div",{role:"columnheader",class:"cell \
c-select",children:a("label",{class:"tick",children:[a("span",{class:"hidden",children:"Select all"}),a("input",{type:"checkbox",tabIndex:-1,checked:o>0&&o>=n.length,
indeterminate:o>0&&o<n.length,onClick:()=>{e.selection.value=o?z:ot(n)}})]})}),e.columns.map(i=>a("div",{role:"columnheader",class:`cell c-${i.id}`,"aria-sort":r(
i),children:i.sort?a("button",{type:"button",tabIndex:-1,onClick:()=>e.onSort?.(i.sort),children:[i.name,a("span",{class:"arrow","aria-hidden":"true"})]}):i.name}))]})}
function Ms({p:e,item:t,k:n,index:o,height:r,order:i,stop:s}){let l=!!e.selection?.value.keys.has(n),f=u=>{if(!(u.target.closest("a,button,label,input")||getSelection()?.
type==="Range")){if(u.shiftKey&&e.selection){e.selection.value=It(e.selection.value,i,n);return}e.open(t)}},c=u=>{e.selection.value=u.shiftKey?It(e.selection.value,
i,n):Dt(e.selection.value,n)};return a("div",{class:`row ${e.rowClass?.(t)??""}${l?" selected":""}`,role:"row","aria-rowindex":o+2,"aria-selected":e.selection?l:
void 0,tabIndex:s?0:-1,style:{height:`${r}px`,transform:`translateY(${o*r}px)`},onClick:f,onFocus:()=>{e.focus.value=n},children:[e.selection&&a("div",{role:"gr\
idcell",class:"cell c-select",children:a("label",{class:"tick",children:[a("span",{class:"hidden",children:["Select ",e.describe(t)]}),a("input",{type:"checkbox",
tabIndex:-1,checked:l,onClick:c})]})}),e.cells(t).map((u,p)=>a("div",{role:"gridcell",class:`cell c-${e.columns[p].id}`,children:u}))]})}function $s(e,t,n,o,r){
let i="Lists",s=e.selection,l=()=>{let c=e.items[n];c&&e.open(c)},f=c=>{if(!s)return;let u=t[Math.max(0,Math.min(t.length-1,c))];u&&(s.value=It(s.value.anchor?s.
value:{...s.value,anchor:t[n]??u},t,u)),o(c)};le([{keys:"j or ArrowDown",does:"Next row",group:i,row:!0,run:()=>o(n+1)},{keys:"k or ArrowUp",does:"Previous row",
group:i,row:!0,run:()=>o(n<0?0:n-1)},{keys:"Home",does:"First row",group:i,row:!0,run:()=>o(0)},{keys:"End",does:"Last row",group:i,row:!0,run:()=>o(t.length-1)},
{keys:"PageDown",does:"A screen further",group:i,row:!0,run:()=>o(n+r)},{keys:"PageUp",does:"A screen back",group:i,row:!0,run:()=>o(n-r)},{keys:"Enter or o",does:"\
Open",group:i,row:!0,run:l},...s?[{keys:"x or Space",does:"Select",group:i,row:!0,run:()=>{let c=t[n];c&&(s.value=Dt(s.value,c))}},{keys:"Shift-ArrowDown",does:"\
Extend the selection down",group:i,row:!0,run:()=>f(n+1)},{keys:"Shift-ArrowUp",does:"Extend the selection up",group:i,row:!0,run:()=>f(n-1)},{keys:"Ctrl-A",does:"\
Select all that match",group:i,row:!0,run:()=>{s.value=ot(t)}}]:[]])}var Cs=Ue({ok:0,warning:1,critical:2,unknown:3}),Ln=32;function In(e){return[...e.matchAll(/-?(?:[a-z]+:)?(?:"[^"]*"?|\S+)/gi)].map(t=>t[0])}function Es(e){let t=e.
toLowerCase();if(!t.includes("*"))return o=>o.toLowerCase()===t;let n=new RegExp(`^${t.split("*").map(o=>o.replace(/[.+?^${}()|[\]\\]/g,"\\$&")).join("[^]*")}$`);
return o=>n.test(o.toLowerCase())}var Fn=e=>e.split(",").filter(Boolean);function Rs(e){let t=new Set;for(let n of Fn(e)){let o=Cs[n.toLowerCase()]??(/^\d{1,10}$/.
test(n)?Number(n):-1);if(o<0)return`status:${n} is none of ok, warning, critical, unknown or a number`;t.add(o)}return n=>t.has(n.status)||n.status>3&&t.has(3)}
function Ps(e){if(e==="no")return n=>n.told!=="told";if(e==="yes")return n=>n.told==="told";if(e==="nobody")return n=>n.told==="";let t=Fn(e.replace(/[_-]/g," "));
return n=>t.includes(n.told)}function As(e){let t=/^([<>])(.+)$/.exec(e),n=t?Rn(t[2]):void 0;return n===void 0?`since:${e} is not like since:>1h or since:<10m`:
t[1]===">"?(o,r)=>r-o.since>n:(o,r)=>r-o.since<n}function Dn(e,t){let n=Fn(e).map(Es);return o=>n.some(r=>r(t(o)))}var Or=e=>/^(yes|true|only|1)$/i.test(e),Ns=e=>/^(no|false|0)$/i.
test(e),Lr=Ue({status:Rs,told:Ps,since:As,entity:e=>Dn(e,t=>t.entity),check:e=>Dn(e,t=>t.check),ns:e=>Dn(e,t=>t.ns),silenced:e=>Or(e)||Ns(e)?t=>(t.flags&1)!==0===
Or(e):`silenced:${e} is neither yes nor no`,label:()=>()=>!0});function Os(e){let t=/^(-?)(?:([a-z]+):)?("?)([^]*)$/i.exec(e),n=t[2]?.toLowerCase(),o=t[3]?t[4].
replace(/"$/,""):t[4],r=t[1]==="-";if(!n||!(n in Lr)){let s=(n?`${t[2]}:`:"")+o,l=s.toLowerCase();return{field:"word",not:r,value:s,test:f=>f.hay.includes(l)}}if(!o)
return`${n}: needs a value`;let i=Lr[n](o);return typeof i=="string"?i:{field:n,not:r,value:o,test:i}}function je(e){let t=[],n=[];for(let o of In(e).slice(0,Ln)){
if(o==="-")continue;let r=Os(o);typeof r=="string"?n.push(r):t.push(r)}return In(e).length>Ln&&n.push(`only the first ${Ln} words count`),{terms:t,errors:n,server:t.
some(o=>o.field==="label")}}var qn=(e,t,n)=>e.terms.every(o=>o.test(t,n)!==o.not);function st(e,t,n){return[...In(e).filter(r=>!new RegExp(`^-?${t}:`,"i").test(
r)),...n?[`${t}:${/\s/.test(n)?`"${n}"`:n}`]:[]].join(" ")}var Hn=(e,t)=>je(e).terms.find(n=>n.field===t&&!n.not)?.value??"";var Ls=(e,t)=>`${e||"*"}:${t||"*"}`,j=v(null),Ds=4;async function at(e,t,n,o){let r={title:e,total:t.length,done:0,failures:[],stopped:!1,over:!1},i=()=>{(t.length>
1||r.failures.length)&&(j.value={...r,stopped:j.value?.stopped??r.stopped})},s=[...t];i();let l=async()=>{for(let c=s.shift();c!==void 0&&!j.value?.stopped;c=s.
shift()){try{await o(c)}catch(u){r.failures.push({what:n(c),why:u.message})}r.done++,i()}};await Promise.all(Array.from({length:Ds},l)),r.over=!0;let f=r.done-r.
failures.length;return r.failures.length||j.value?.stopped?i():(j.value=null,Sn(`${e}: done${t.length>1?` for ${f}`:""}`)),f}var Dr=()=>{j.value&&(j.value={...j.
value,stopped:!0})},Un=()=>{j.value=null},Ut=e=>`${e.entity} / ${e.check}`;async function Is(e,t,n,o,r){let i=r?.metadata.name??Ls(t,n),s={metadata:{...r?.metadata??
{},name:i,namespace:e},...t&&t!=="*"?{subscription:t}:{},...n&&n!=="*"?{check:n}:{},expire:o.expire,expire_on_resolve:o.onResolve,reason:o.reason,begin:o.begin,
...r?.windows?.length?{windows:r.windows}:{}};await X("PUT",W(e,"silenced",i),s)}async function pu(e,t,n){await at("Silence",e,Ut,async o=>{await Is(o.ns,`entit\
y:${o.entity}`,o.check,t),t.begin<=n+1&&Ot(o.key,{flags:Ir(o)|D.silenced})}),we("silenced")}var Ir=e=>e.flags??0,mu=e=>X("DELETE",W(e.metadata.namespace,"silenc\
ed",e.metadata.name));async function Fr(e){await at("Unsilence",e,Ut,async t=>{let o=(await se(W(t.ns,"events",t.entity,t.check))).check?.silenced??[],r=`entity\
:${t.entity}:${t.check}`,i=o.filter(s=>s!==r);if(o.includes(r)&&await X("DELETE",W(t.ns,"silenced",r)),i.length)throw new U(0,`silenced by ${i.join(", ")}, whic\
h hits others, too: end it on the page Silences`);Ot(t.key,{flags:Ir(t)&~D.silenced})}),we("silenced")}async function qr(e){let t=new Map;for(let n of e)t.set(`${n.
ns}/${n.check}`,[...t.get(`${n.ns}/${n.check}`)??[],n]);await at("Re-run",[...t.values()],n=>`${n[0].check} on ${n.length>1?`${n.length} machines`:n[0].entity}`,
n=>Fs(n[0].ns,n[0].check,n.map(o=>`entity:${o.entity}`)))}async function Fs(e,t,n){await X("POST",W(e,"checks",t,"execute"),{check:t,...n?{subscriptions:n}:{}})}
async function Hr(e){await at("Resolve",e,Ut,async t=>{await X("PUT",Tt(t.ns,"events",t.entity,t.check,"resolve"),{}),Ot(t.key,{status:0})})}async function Ur(e){
await at("Delete",e,Ut,async t=>{await X("DELETE",W(t.ns,"events",t.entity,t.check)),Nt([[t.ns,t.entity,t.check]])})}async function hu(e,t,n){await X("PATCH",W(
e,"checks",t),{publish:n}),we("checks"),Sn(n?`${t} is published: it runs again`:`${t} is paused: nobody runs it until it is published`)}function Su(){let e=j.value;if(!e)return null;let t=e.over,n=e.failures.length;return a(An,{title:e.title,onClose:t?Un:()=>{},fixed:!t,children:[a("progress",{max:e.
total,value:e.done,"aria-label":e.title}),a("p",{role:"status",children:[t?`${e.done-n} done`:`${e.done} of ${e.total}`,n>0&&`, ${n} failed`,t&&e.stopped&&e.done<
e.total&&`, ${e.total-e.done} left as they were`]}),n>0&&a("ul",{class:"failures",children:e.failures.slice(0,200).map(o=>a("li",{children:[a("b",{children:a(V,
{text:o.what})}),a("span",{children:a(V,{text:o.why})})]}))}),a("footer",{children:t?a(O,{kind:"main","data-first":!0,onClick:Un,children:"Close"}):a(O,{onClick:Dr,
why:e.stopped&&"It stops after what is under way",children:"Stop"})})]})}var jr=e=>e.length===1?`${e[0].entity} / ${e[0].check}`:Se(e.length,"event");function qs(e){
Nn({title:`Resolve ${jr(e)}?`,act:"Resolve",run:()=>{Hr(e)},text:a("p",{children:"The stored status becomes OK, and handlers hear of it. The next result of the \
check says again what it finds."})})}function Hs(e,t){Nn({title:`Delete ${jr(e)}?`,act:"Delete",danger:!0,run:()=>{Ur(e).then(t)},text:a("p",{children:"The even\
t and its history go. A check that still runs makes a new one with its next result."})})}function Us(e,t){let n=e[0]?.ns??"",o=new Set(e.map(c=>c.ns)).size<=1,r=(c,u)=>[
...new Set(e.map(p=>p.ns))].every(p=>Ne(p,c,u)),i=e.filter(c=>c.flags&D.silenced),s=e.filter(c=>c.status),l=e.filter(c=>c.flags&D.runnable);return[r("create","s\
ilenced")&&{id:"silence",name:"Silence",key:"s",icon:"silenced",why:o?"":"They are of several namespaces",run:()=>_r({ns:n,events:e})},r("delete","silenced")&&{
id:"unsilence",name:"Unsilence",key:"u",icon:"bell",why:i.length?"":"None is silenced",run:()=>{Fr(i)}},r("create","checks")&&{id:"rerun",name:"Re-run",key:"r",
icon:"run",why:l.length?"":"No check of this name is defined here: the result came by itself",run:()=>{qr(l)}},r("update","events")&&{id:"resolve",name:"Resolve",
key:"e",icon:"ok",why:s.length?"":"It is OK already",run:()=>qs(s)},r("delete","events")&&{id:"delete",name:"Delete",key:"#",icon:"delete",why:"",run:()=>Hs(e,t)}].
filter(c=>!!c)}function jn({list:e,after:t,hidden:n,quiet:o}){let r=Us(e,t);return le(r.map(i=>({keys:i.key,does:i.name,group:"Events",run:()=>{e.length&&!i.why&&
i.run()}}))),n?null:a($,{children:r.filter(i=>i.id!=="unsilence"||!i.why).map(i=>a(O,{icon:i.icon,shortcut:i.key,why:i.why,kind:o?"quiet":i.id==="delete"?"dange\
r":void 0,onClick:i.run,children:i.name}))})}var js=60;function Kr({label:e,help:t,fields:n=!0}){let o=w.value.query.q??"",r=N(null),i=N(void 0),[s,l]=he(o);A(()=>{document.activeElement!==r.current&&l(o)},
[o]);let f=m=>{l(m),clearTimeout(i.current),i.current=setTimeout(()=>Y({q:m}),js)},c=()=>{l(""),Y({q:""})};le([{keys:"/",does:"Filter",group:"Everywhere",run:()=>{
r.current?.focus(),r.current?.select()}}]);let u=n?je(o).errors:[],p=m=>{m.key==="Escape"&&(s?c():r.current?.blur(),m.stopPropagation()),(m.key==="Enter"||m.key===
"ArrowDown")&&(m.preventDefault(),document.querySelector('[data-list] .row[tabindex="0"]')?.focus())};return a("div",{class:`filter${u.length?" wrong":""}`,children:[
a(R,{name:"search"}),a("input",{ref:r,type:"search","aria-label":e,placeholder:t,value:s,spellcheck:!1,autocomplete:"off","aria-keyshortcuts":"/","aria-invalid":u.
length>0,onInput:m=>f(m.currentTarget.value),onKeyDown:p}),s?a("button",{type:"button",class:"button quiet icon-only","aria-label":"Clear the filter",onClick:c,
children:a(R,{name:"close"})}):a("kbd",{"aria-hidden":"true",children:"/"}),u.length>0&&a("p",{class:"wrong-text",role:"status",children:u.join("; ")})]})}var jt=({
name:e,n:t,icon:n,tone:o,on:r,run:i})=>a("button",{type:"button",class:`chip ${o??""}${t===0?" zero":""}`,"aria-pressed":r,onClick:i,children:[n&&a(R,{name:n}),
e,t!==void 0&&a("b",{children:J(t)})]});function Br({sorts:e,usual:t}){let n=w.value.query.sort||t;return a("label",{class:"sort",children:[a("span",{children:"\
Sort"}),a("select",{value:n,onChange:o=>Y({sort:o.currentTarget.value===t?"":o.currentTarget.value,order:""},!1),children:e.map(([o,r])=>a("option",{value:o,children:r}))})]})}function Kn({rows:e=8}){let t=hr(!0);return a("div",{class:"loading",role:"status","aria-label":"Loading",children:t&&Array.from({length:e},()=>a("div",{class:"\
bone"}))})}function lt({icon:e,title:t,children:n}){return a("div",{class:"empty",children:[e&&a(R,{name:e,size:36}),a("h2",{children:t}),n&&a("p",{children:n})]})}
function Bn({error:e,what:t,again:n,ns:o}){return e.status===403?a(Ks,{what:t,ns:o??"",said:e.message}):a("div",{class:"empty failed",role:"alert",children:[a(R,
{name:"failed",size:36}),a("h2",{children:["The ",t," could not be fetched"]}),a("p",{children:e.message}),n&&a(O,{kind:"main",icon:"run",onClick:n,children:"Tr\
y again"})]})}function Ks({what:e,ns:t,said:n}){return a("div",{class:"empty",children:[a(R,{name:"user",size:36}),a("h2",{children:["You may not look at ",e,t&&
` in ${t}`]}),a("p",{children:["Missing: the right to list ",e,". Ask who manages the roles of this picket.",n&&a("span",{class:"muted",children:[" It said: ",n]})]})]})}
function Hu({of:e,what:t,ns:n,children:o}){return e.data===void 0&&e.error?a(Bn,{error:e.error,what:t,again:e.again,ns:n}):e.data===void 0?a(Kn,{}):a($,{children:[
e.error&&a("p",{class:"notice bad",role:"alert",children:[a(R,{name:"failed"}),e.error.message," ",a(O,{kind:"quiet",onClick:e.again,children:"Try again"})]}),o(
e.data)]})}function Wr(e,t,n,o,r){let i=N({scope:"\0",order:[],seen:new Map}),s=B(0);s.value;let l=i.current,f=e.map(t);if(!o||l.scope!==r||!l.order.length)return i.current=
{scope:r,order:f,seen:new Map(e.map((p,m)=>[f[m],p]))},{shown:e,pending:0,apply:()=>{}};let c=l.order.map(p=>{let m=n(p);return m?(l.seen.set(p,m),m):{...l.seen.
get(p),gone:!0}}),u=()=>{i.current={scope:"\0",order:[],seen:new Map},s.value++};return{shown:c,pending:Fo(l.order,f),apply:u}}var Bs=()=>[...F.value.keys].flatMap(e=>_.value.map.get(e)??[]),ue=v(null),Ws=[["severity","worst first"],["since","newest first"],["executed","last result"],["\
entity","machine"],["check","check"]],zs="Filter: words, status:critical, entity:web*, told:no, since:>1h";function Vs(e,t,n,o,r){let i=je(t),s=je(st(st(t,"stat\
us",""),"silenced","")),l=i.terms.some(p=>p.field==="silenced"),f=ye.value,c=[],u=[];for(let p of _.value.map.values())r&&!r(p)||!qn(s,p,f)||(c.push(p),!(e&&(!p.
status||Le(p)&&!l))&&qn(i,p,f)&&u.push(p));return{list:Io(u,n,o),filtered:t||r?et(c):nt.value,query:i}}function fc({problems:e}){mr(e?"Problems":"Events");let{q:t="",
sort:n="severity",order:o=""}=w.value.query,r=ge(()=>Vs(e,t,n,o==="desc"),[e,t,n,o,_.value,nt.value,/since:/.test(t)&&ye.value]);Gs(r.query,t);let i=_.value;return i.
error&&i.loaded==="no"?a($,{children:[a("h1",{class:"hidden",children:e?"Problems":"Events"}),a(Bn,{error:i.error,what:"events",ns:w.value.ns,again:()=>{Ie().catch(
()=>{})}})]}):a("div",{class:"list-page",children:[a(Js,{problems:e,list:r.list}),a("div",{class:"toolbar",children:[a(Qs,{problems:e,counts:r.filtered,q:t}),a(
"div",{class:"tools",children:[a(Kr,{label:"Filter events",help:zs}),a(Br,{sorts:Ws,usual:"severity"})]})]}),a(ta,{wanted:r.list,scope:`${e}|${w.value.ns}|${t}|${n}\
|${o}`,columns:w.value.ns?Wn:Zs,label:e?"Problems":"Events",empty:a(oa,{problems:e,q:t}),ready:i.loaded==="all"||e&&i.loaded==="problems"})]})}function Gs(e,t){
let n=e.server||(_.value.partial||te.value)&&t?t:"";A(()=>{let o=setTimeout(()=>{te.value=n},200);return()=>clearTimeout(o)},[n]),A(()=>()=>{te.value=""},[])}function Js({
problems:e,list:t}){let n=nt.value,o=[2,1,3].filter(l=>Et(n,l)>0),r=t.reduce((l,f)=>Math.max(l,f.since),0),i=t.filter(l=>l.told!=="told").length,s=new Set(t.map(
l=>`${l.ns}/${l.entity}`)).size;return e?a("header",{class:`headline ${o.length?`worst-${G(o[0])}`:"well"}`,children:[a("h1",{children:[a("span",{class:"hidden",
children:"Problems: "}),o.length?o.map((l,f)=>a($,{children:[f>0&&", ",a("span",{class:`s-${G(l)}`,children:[J(Et(n,l))," ",G(l)]})]})):_.value.loaded==="no"?"P\
roblems":"All is well"]}),!o.length&&n.some((l,f)=>f&&l[1])&&a("p",{children:"but for what is silenced"}),t.length>0&&a("p",{children:["on ",Se(s,"machine")," ·\
 newest ",ye.value-r<5?"just now":`${qt(ye.value-r)} ago`,i>0&&a($,{children:[" · ",a("a",{href:_e({...w.value,query:{...w.value.query,q:st(w.value.query.q??"",
"told","no")}}),children:["nobody was told about ",J(i)]})]})]})]}):a("header",{class:"headline",children:[a("h1",{children:"Events"}),a("p",{class:"muted",children:"\
Every check on every machine, with its last result."})]})}function Qs({problems:e,counts:t,q:n}){let o=Hn(n,"status"),r=Hn(n,"silenced"),i=c=>()=>{Y({q:c.reduce(
(u,[p,m])=>st(u,p,m),n)},!1),F.value=z},s=c=>t.reduce((u,p,m)=>u+(e&&!m?0:p[c]),0),l=c=>e?Et(t,c):t[c][0],f=(c,u)=>a(jt,{name:u,icon:["ok","warning","critical",
"unknown"][c],tone:`s-${G(c)}`,n:l(c),on:o===G(c),run:i([["status",o===G(c)?"":G(c)],["silenced",""]])});return a("div",{class:"chips",role:"group","aria-label":"\
Status",children:[a(jt,{name:"All",n:e?s(0)-s(1):s(0),on:!o&&!r,run:i([["status",""],["silenced",""]])}),f(2,"Critical"),f(1,"Warning"),f(3,"Unknown"),!e&&f(0,"\
OK"),a(jt,{name:"Silenced",icon:"silenced",tone:"s-silenced",n:s(1),on:r==="yes",run:i([["silenced",r==="yes"?"":"yes"],["status",""]])})]})}var Wn=[{id:"status",
name:"Status",sort:"severity"},{id:"what",name:"Machine / check",sort:"entity"},{id:"output",name:"What it says"},{id:"since",name:"Since",sort:"since"},{id:"ti\
mes",name:"Times"},{id:"told",name:"Told"}],Zs=[...Wn.slice(0,2),{id:"ns",name:"Namespace"},...Wn.slice(2)],Xs=e=>e.replace(/[;\s]*\|\s*[^|]*=-?[\d.][^]*$/,"");
function Ys(e){let t=a("a",{class:"name",tabIndex:-1,href:pn(e.ns,e.entity,e.check),children:[a("b",{children:a(V,{text:e.entity})}),a("span",{class:"slash",children:"\
 / "}),a(V,{text:e.check})]}),n=[a(Er,{status:e.status,silenced:Le(e)}),t,a("span",{class:"output",title:Pe(e.output),children:a(V,{text:Xs(e.output)})}),a(Cr,{
since:e.since}),a("span",{title:`${e.occurrences} results in a row`,children:[e.occurrences,"×"]}),a("span",{class:"marks",children:[Le(e)?a("span",{class:"tol\
d t-quiet",children:[a(R,{name:"silenced"}),a("span",{children:"silenced"})]}):e.status||e.told==="told"?a(Rr,{told:e.told}):null,(e.flags&D.flapping)!==0&&a(R,
{name:"flap",title:"Flapping: it changes again and again"})]})];return w.value.ns?n:[...n.slice(0,2),a(V,{text:e.ns}),...n.slice(2)]}var ea=e=>`edge-${G(e.status)}${Le(
e)?" silenced":""}${e.gone?" gone":""}`,zn=e=>e.key,zr=e=>_.value.map.get(e);function ta({wanted:e,scope:t,columns:n,label:o,empty:r,ready:i}){let s=B(!1),l=$o(
()=>s.value||F.value.keys.size>0),{shown:f,pending:c,apply:u}=Wr(e,zn,zr,l.value||Vr(),`${t}|${_.value.loaded}`),{sort:p="severity",order:m=""}=w.value.query;A(
()=>{F.value=z,ue.value=w.value.query.row??null},[t]),A(()=>{F.value=vr(F.value,g=>_.value.map.has(g))},[_.value]),A(()=>{ue.value&&ue.value!==w.value.query.row&&
Vr()&&Y({row:ue.value})},[ue.value]),le([{keys:".",does:"Show what changed",group:"Lists",run:u},{keys:"Escape",does:"Clear the selection",group:"Lists",run:()=>{
F.value.keys.size?F.value=z:document.activeElement?.blur()}}]);let d=g=>Y(g===p?{order:m?"":"desc"}:{sort:g==="severity"?"":g,order:""},!1),h=Bs(),k=ue.value?zr(
ue.value):void 0;return!i&&!e.length?a(Kn,{}):a("div",{class:"list-box",children:[f.length?a(Nr,{name:n.length>6?"events-all":"events",label:o,items:f,keyOf:zn,
columns:n,cells:Ys,describe:g=>`${g.entity} / ${g.check}`,rowClass:ea,open:g=>$t(pn(g.ns,g.entity,g.check)),focus:ue,selection:F,inUse:s,sort:p,reversed:!!m,onSort:d}):
r,c>0&&a("button",{type:"button",class:"pending",onClick:u,children:[Se(c,"change"),a("span",{class:"muted",children:[" — press ",a("kbd",{children:"."})," to\
 show"]})]}),_.value.error&&a("p",{class:"notice bad",role:"alert",children:[a(R,{name:"failed"}),"The events could not be fetched anew: ",_.value.error.message,
" ",a(O,{kind:"quiet",onClick:()=>{Ie().catch(()=>{})},children:"Try again"})]}),_.value.partial&&a("p",{class:"partial",children:[J(_.value.map.size)," of ",J(
_.value.matched),": narrow the filter to see the rest"]}),h.length>0?a(na,{chosen:h,total:e.length,keys:e}):a(jn,{hidden:!0,list:k?[k]:[]})]})}var Vr=()=>!!document.
activeElement?.closest("[data-list]");function na({chosen:e,total:t,keys:n}){return a("div",{class:"selection",role:"toolbar","aria-label":"Selected events",children:[
a("b",{children:[J(e.length)," selected"]}),e.length<t&&a(O,{kind:"quiet",onClick:()=>{F.value=ot(n.map(zn))},children:["Select all ",J(t)," that match"]}),a(jn,
{list:e,after:()=>{F.value=z}}),a(O,{kind:"quiet",icon:"close",onClick:()=>{F.value=z},children:"Clear"})]})}function oa({problems:e,q:t}){let n=nt.value,o=n.reduce(
(l,f)=>l+f[0],0),r=n[0][0],i=n[1][1]+n[2][1]+n[3][1],s=[..._.value.map.values()].reduce((l,f)=>Math.max(l,f.executed),0);return t?a(lt,{icon:"search",title:"Not\
hing matches",children:a(O,{onClick:()=>Y({q:""},!1),children:"Clear the filter"})}):!o&&Lt.value?.namespaces.length!==0?a(lt,{icon:"entities",title:"No events \
yet",children:["Start an agent: ",a("code",{children:["picket agent start --backend-url ws://",location.hostname,":8081"]})]}):e?a(lt,{icon:"ok",title:"Nothing \
is failing",children:[Se(r,"check is","checks are")," OK",s>0&&`, last result ${rt(ee.value-s)} ago`,".",i>0&&a($,{children:[" ",a("a",{href:_e({...w.value,query:{
q:"silenced:yes"}}),children:Se(i,"silenced problem")}),"."]})]}):a(lt,{icon:"events",title:"No events",children:["None in this namespace that holds up to ",J(bn),
" of them."]})}export{$ as a,Te as b,ra as c,he as d,A as e,N as f,ge as g,v as h,L as i,B as j,hi as k,ln as l,ga as m,H as n,Ae as o,Xe as p,Po as q,W as r,Tt as s,X as t,ve as u,
ba as v,wa as w,ka as x,Ne as y,D as z,gn as A,Le as B,Oe as C,Io as D,et as E,Et as F,Mi as G,_e as H,pn as I,Ma as J,w as K,$a as L,$t as M,Y as N,Ca as O,ee as P,
ye as Q,Fa as R,ae as S,qa as T,tt as U,_ as V,zo as W,Ha as X,Lt as Y,nt as Z,xn as _,we as $,Pt as aa,Sn as ba,Hi as ca,Ka as da,Ba as ea,ll as fa,le as ga,En as ha,
ss as ia,mr as ja,I as ka,cr as la,fr as ma,Mn as na,Xa as oa,as as pa,_r as qa,pl as ra,ml as sa,hl as ta,gl as ua,a as va,R as wa,$r as xa,rt as ya,qt as za,bl as Aa,
xr as Ba,Ft as Ca,xe as Da,Mr as Ea,fs as Fa,Ht as Ga,Rn as Ha,wl as Ia,Ue as Ja,Pn as Ka,Tl as La,Ml as Ma,$l as Na,V as Oa,bs as Pa,Il as Qa,Fl as Ra,Cr as Sa,
ks as Ta,xs as Ua,G as Va,Er as Wa,Rr as Xa,O as Ya,ql as Za,Hl as _a,Ul as $a,Se as ab,J as bb,An as cb,Nn as db,Gl as eb,Nr as fb,Es as gb,je as hb,qn as ib,Ls as jb,
Is as kb,pu as lb,mu as mb,Fs as nb,hu as ob,Su as pb,Us as qb,jn as rb,Kr as sb,jt as tb,Br as ub,Kn as vb,lt as wb,Bn as xb,Ks as yb,Hu as zb,Bs as Ab,fc as Bb,
ta as Cb};
