var v,Jn,Wt,ne,Kt,ut,Qn,at,Zn,zt,Bt,Fr,He=Symbol.for("pv"),ct={},ft=[],qr=/^m(i|n|o|s|text|space)$/,Vt=Array.isArray,Gt=ft.slice,pe=Object.assign;function de(e){
e&&e.parentNode&&e.remove()}function Xn(e,t,n){var o,r,i,s={},l=arguments.length;for(i in t)i=="key"?o=t[i]:i=="ref"&&typeof e!="function"?r=t[i]:s[i]=t[i];return l>
2&&(s.children=l>3?Gt.call(arguments,2):n),qe(e,s,o,r,null)}function qe(e,t,n,o,r){var i={type:e,props:t,key:n,ref:o,__k:null,__:null,__b:0,__e:null,__c:null,constructor:He,__v:r||++Jn,__i:-1,__u:0};return!r&&v.vnode&&v.
vnode(i),i}function C(e){return e.children}function xe(e,t){this.props=e,this.context=t,this.__g=0}function oe(e,t){if(t==null)return e.__&&oe(e.__,e.__i+1);for(var n;t<e.
__k.length;t++)if((n=e.__k[t])&&n.__e)return n.__e;return typeof e.type!="function"||e.props.__P?null:oe(e)}function Hr(e){var t,n=e.__v,o=n.__e,r=[],i=[],s=e.__P;
s&&((t=pe({constructor:He},n)).__v=n.__v+1,v.vnode&&v.vnode(t),Jt(s,t,n,e.__n,s.namespaceURI,32&n.__u?[o]:null,r,o||oe(n),32&n.__u,i),t.__v=n.__v,t.__.__k[t.__i]=
t,ro(r,t,i),n.__=n.__e=null,t.__e!=o&&Yn(t))}function Yn(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),
Yn(e)}function Vn(e){(8&e.__g||(e.__g|=8,ne.push(e),ut++))&&Kt==v.debounceRendering||((Kt=v.debounceRendering)||queueMicrotask)(eo)}function eo(){try{for(var e,
t=1;ne.length;)ne.length>t&&ne.sort(Qn),e=ne.shift(),t=ne.length,8&e.__g&&Hr(e)}finally{(ut=ne.length)&&(Kt||queueMicrotask)(eo)}}function to(e,t,n,o,r,i,s,l,c,f,u){
var p,m,d,h,k,g,S=o.__k||ft,y=t.length;for(c=Ur(n,t,S,c,y),p=0;p<y;p++)(d=n.__k[p])!=null&&(m=~d.__i&&S[d.__i]||ct,d.__i=p,g=Jt(e,d,m,r,i,s,l,c,f,u),h=d.__e,(m.
ref!=d.ref||8&m.__u)&&(m.ref&&Qt(m.ref,null,d,m),d.ref&&u.push(d.ref,d.__c||h,d)),k=k||h,4&d.__u?(c=no(d,c,e,!m.__v),m.__e&&(m.__e=null)):typeof d.type=="functi\
on"&&g!==void 0?c=g:h&&(c=h.nextSibling),d.__u&=-21);return n.__e=k,c}function Ur(e,t,n,o,r){var i,s,l,c,f,u,p,m,d,h=n.length,k=h,g=0,S=0,y=e.__k=Array(r);for(i=
0;i<r;i++)(s=t[i])!=null&&typeof s!="boolean"&&typeof s!="function"?(typeof s!="object"||s.constructor===String?s=y[i]=qe(null,s):Vt(s)?s=y[i]=qe(C,{children:s}):
s.constructor===He&&s.__b?s=y[i]=qe(s.type,s.props,s.key,s.ref,s.__v):y[i]=s,c=i+g,s.__=e,s.__b=e.__b+1,l=null,~(f=s.__i=jr(s,n,c,k))&&(k--,(l=n[f])&&(l.__u|=2)),
l&&l.__v?(s.__u|=16,f==c-1?g--:f==c+1?g++:f!=c&&(f>c?g--:g++,S=1)):(~f||(r>h?g--:r<h&&g++),typeof s.type!="function"&&(s.__u|=4))):y[i]=null;if(S){for(u=[],p=[],
i=0;i<r;i++)if((s=y[i])&&16&s.__u){for(g=0,m=u.length;g<m;)u[d=g+m>>1]<s.__i?g=d+1:m=d;u[g]=s.__i,p[i]=g+1}for(g=u.length;i--;)p[i]&&(p[i]==g?g--:y[i].__u|=4)}if(k)
for(i=0;i<h;i++)!(l=n[i])||2&l.__u||(l.__e==o&&(o=oe(l)),Zt(l,l));return o}function no(e,t,n,o){var r,i,s,l;if(typeof e.type=="function"){if(e.props.__P)return t;
if(r=e.__k)for(i=0;i<r.length;i++)r[i]&&(r[i].__=e,t=no(r[i],t,n,!1));return t}for(t&&!t.parentNode&&(t=oe(e))&&!t.parentNode&&(t=null),s=e.__e,l=t;l&&l.nodeType==
8;)l=l.nextSibling;for(s!=l&&(!o&&n.moveBefore&&s.parentNode?n.moveBefore(s,t):n.insertBefore(s,t||null)),t=s;(t=t&&t.nextSibling)&&t.nodeType==8&&!t.data.startsWith(
"$s"););return t}function jr(e,t,n,o){var r,i=e.key,s=e.type,l=t[n],c=l&&!(2&l.__u);if(l===null&&i==null||c&&i==l.key&&s==l.type)return n;if(o>(c?1:0)){for(r=n-1;r>=0;r--)if((l=
t[r])&&!(2&l.__u)&&i==l.key&&s==l.type)return r;for(r=n+1;r<t.length;r++)if((l=t[r])&&!(2&l.__u)&&i==l.key&&s==l.type)return r}return-1}function Gn(e,t,n){n==null&&
(n=""),t[0]=="-"?e.setProperty(t,n):e[t]=n}function st(e,t,n,o,r){var i,s;if(t=="style")if(typeof n=="string")e.style.cssText=n;else{if(typeof o=="string"&&(e.style.
cssText=o=""),o)for(t in o)n&&t in n||Gn(e.style,t);if(n)for(t in n)o&&n[t]==o[t]||Gn(e.style,t,n[t])}else if(t[0]=="o"&&t[1]=="n")typeof n!="function"&&(n=null),
typeof o!="function"&&(o=null),(e.__e||(e.__e={}))[t]=n,n&&o||(s=Bt[t]||(Bt[t]=Kr(t)),(e.__a||(e.__a={}))[t]=zt,i=t!=(t=t.replace(Zn,"$1")),(t=t.slice(2))[0]<"a"&&
(t=t.toLowerCase()),n?e.addEventListener(t,s,i):e.removeEventListener(t,s,i));else{if(r=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,
"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="colSpan"&&t!="role"&&t!="popover"&&t in e)
try{return void(e[t]=n??"")}catch{}if(typeof n=="function")return;n==null||n===!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&n==1?"":n)}}function Kr(e){
return function(t){var n=this.__e;if(n){if(n=n[e],t[at]==null)t[at]=zt++;else if(t[at]<this.__a[e])return;return n(v.event?v.event(t):t)}}}function Jt(e,t,n,o,r,i,s,l,c,f){
var u,p,m,d,h,k,g,S,y,R,T,jt,Wn,it,ce,zn,te,fe,G=t.type;if(t.constructor!==He)return null;128&n.__u&&(c=32&n.__u,u=n.__c.__z)&&(t.__u|=c,p=i=[],u.nodeType==8?l=
lt(u,i):i.push(u),l=i[0]||l),(u=v.__b)&&u(t);e:if(typeof G=="function"){m=s.length;try{if(S=t.props,y=(u=G.prototype)&&u.render,R=(u=G.contextType)&&o[u.__c],T=
u?R?R.props.value:u.__:o,(d=n.__c)?(t.__c=d,2&d.__g&&(d.__g|=1)):(y?t.__c=d=new G(S,T):(t.__c=d=new xe(S,T),d.constructor=G,d.render=Wr),R&&R.sub(d),d.state||(d.
state={}),d.__n=o,d.__g|=8,d.__h=[],d.__k=[]),y&&(d.__s||(d.__s=d.state),G.getDerivedStateFromProps&&(d.__s==d.state&&(d.__s=pe({},d.__s)),pe(d.__s,G.getDerivedStateFromProps(
S,d.__s)))),h=d.props,k=d.state,d.__v=t,n.__c){if(S!==h&&y&&!G.getDerivedStateFromProps&&d.componentWillReceiveProps&&d.componentWillReceiveProps(S,T),t.__v==n.
__v&&!(8&d.__g)||!(4&d.__g)&&d.shouldComponentUpdate&&d.shouldComponentUpdate(S,d.__s,T)===!1){t.__v!=n.__v&&(d.props=S,d.state=d.__s,d.__g&=-9),t.__e=n.__e,t.__k=
n.__k,t.__k.some(function(D){D&&(D.__=t)}),ft.push.apply(d.__h,d.__k),d.__k=[],d.__h.length&&s.push(d),l=oe(n);break e}d.componentWillUpdate&&d.componentWillUpdate(
S,d.__s,T),y&&d.componentDidUpdate&&d.__h.push(function(){d.componentDidUpdate(h,k,g)})}else y&&!G.getDerivedStateFromProps&&d.componentWillMount&&d.componentWillMount(),
y&&d.componentDidMount&&d.__h.push(d.componentDidMount);d.context=T,d.props=S,d.__P=e,d.__g&=-5,jt=v.__r,Wn=y?25:0;do d.__g&=-9,jt&&jt(t),u=d.render(d.props,d.state=
d.__s,d.context);while(8&d.__g&&++Wn<25);y&&(ft.push.apply(d.__h,d.__k),d.__k=[]),d.state=d.__s,d.getChildContext&&(o=pe({},o,d.getChildContext())),y&&n.__c&&d.
getSnapshotBeforeUpdate&&(g=d.getSnapshotBeforeUpdate(h,k)),it=u&&u.type===C&&u.key==null?u.props.children:u,S.__P&&(u=l,r=(e=S.__P).namespaceURI,c=i=null,n.props&&
n.props.__P!=e&&(n.__k.some(function(D){D&&Zt(D,D)}),n.__k=null),l=n.__k?oe(n,0):null),l=to(e,Vt(it)?it:[it],t,n,o,r,i,s,l,c,f),S.__P&&(t.__e=null,l=u),t.__u&=-161,
p&&p.some(de),d.__h.length&&s.push(d),1&d.__g&&(d.__g&=-4)}catch(D){if(s.length=m,t.__v=null,c||i)if(D&&D.then){if(t.__u|=128|c,i){for(~(te=i.indexOf(l||void 0))||
(te=i.length);(fe=i[te-1])&&fe.nodeType==8;)te--;for(;te<i.length;te++)if(fe=i[te])if(i[te]=null,ce){if(fe==zn)break}else{if(fe.nodeType!=8)break;fe.data.startsWith(
"$s")&&(zn=lt(ce=fe))}}if(!ce){for(;l&&l.nodeType==8&&l.nextSibling;)l=l.nextSibling;ce=l}(u=lt(ce=t.__c.__z||(t.__c.__z=ce)))?(t.__e=ce,l=u):t.__e=l,l=l&&l.nextSibling}else
i&&i.some(de);else t.__e=n.__e;t.__k||(t.__k=n.__k||[]),D&&D.then||oo(t),v.__e(D,t,n)}}else l=t.__e=Br(n.__e,t,n,o,r,i,s,c,f,e);return(u=v.diffed)&&u(t),l}function lt(e,t){
if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var n=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith("$s"))n++;else if(e.data.startsWith("/$s")&&!--n)
return e}t&&t.push(e)}}function oo(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(oo))}function ro(e,t,n){for(var o=0;o<n.length;)Qt(n[o++],n[o++],n[o++]);v.__c&&
v.__c(t,e),e.some(function(r){try{e=r.__h,r.__h=[],e.some(function(i){i.call(r)})}catch(i){v.__e(i,r.__v)}})}function Br(e,t,n,o,r,i,s,l,c,f){var u,p,m,d,h,k,g,
S,y=n.props||ct,R=t.props,T=t.type;if(T=="svg"?r="http://www.w3.org/2000/svg":T=="math"?r="http://www.w3.org/1998/Math/MathML":r||(r="http://www.w3.org/1999/xht\
ml"),i){for(u=0;u<i.length;u++)if((h=i[u])&&(T?h.localName==T:h.nodeType==3)){e=h,i[u]=null;break}}if(!e){if(S=f.ownerDocument||document,!T)return S.createTextNode(
R);e=S.createElementNS(r,T,R.is?R:f),l&&(v.__m&&v.__m(t,i),l=!1),i=null}if(T){if(f=T=="template"&&e.content||e,i=T=="textarea"&&R.defaultValue!=null?null:i&&Gt.
call(f.childNodes),!l&&i)for(y={},u=0;u<e.attributes.length;u++)y[(h=e.attributes[u]).name]=h.value;for(u in y)h=y[u],u=="dangerouslySetInnerHTML"?m=h:u=="child\
ren"||u in R||u=="value"&&"defaultValue"in R||u=="checked"&&"defaultChecked"in R||st(e,u,null,h,r);for(u in R)h=R[u],u=="children"?d=h:u=="dangerouslySetInnerHT\
ML"?p=h:u=="value"?k=h:u=="checked"?g=h:l&&typeof h!="function"||y[u]===h||st(e,u,h,y[u],r);p?(l||m&&(p.__html==m.__html||p.__html==e.innerHTML)||(e.innerHTML=p.
__html),t.__k=[]):(m&&(e.textContent=""),(T=="foreignObject"||r=="http://www.w3.org/1998/Math/MathML"&&qr.test(T))&&(r="http://www.w3.org/1999/xhtml"),to(f,Vt(d)?
d:[d],t,n,o,r,i,s,i?i[0]:n.__k&&oe(n,0),l,c),i&&i.some(de)),l&&T!="textarea"||(u="value",T=="progress"&&k==null?e.removeAttribute(u):k==null||k===e[u]&&(T!="pro\
gress"||k)||st(e,u,k,y[u],r),u="checked",g!=null&&g!=e[u]&&st(e,u,g,y[u],r))}else y===R||l&&e.data==R||(e.data=R);return e}function Qt(e,t,n,o){try{typeof e=="f\
unction"?t?t.__x=e(t)||1:o&&(o=o.__c||o.__e)&&(t=o.__x)&&(o.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(r){v.__e(r,n)}}function Zt(e,t,n){var o,
r,i,s;if(v.unmount&&v.unmount(e),!(o=e.ref)||o.current&&o.current!=e.__e||Qt(o,null,t,e),o=e.__c){if(o.componentWillUnmount)try{o.componentWillUnmount()}catch(l){
v.__e(l,t)}o.__P=o.__n=null}if(o=e.__k)for(s=0;s<o.length;s++)o[s]&&Zt(o[s],t,typeof e.type!="function"||n&&!e.props.__P);!n&&(o=e.__c)&&(o=o.__z)&&(r=lt(o,i=[]))&&
(o==e.__e&&i.some(de),de(r),de(o)),n||de(e.__e),e.__e=e.__c=e.__=null}function Wr(e,t,n){return this.constructor(e,n)}function js(e,t){var n,o,r,i;v.__&&v.__(e,
t),t.nodeType==9&&(t=t.documentElement),o=(n=e&&32&e.__u)?null:t.__k,t.__k=qe(C,{children:[e]}),r=[],i=[],Jt(t,t.__k,o||ct,ct,t.namespaceURI,o?null:t.firstChild?
Gt.call(t.childNodes):null,r,o?o.__e:t.firstChild,n,i),ro(r,t.__k,i),t.__k.props.children=null}v={__e:function(e,t,n,o){for(var r,i,s;t=t.__;)if((r=t.__c)&&!(1&r.__g)){r.__g|=4;try{if((s=(i=r.constructor)&&i.getDerivedStateFromError)&&r.setState(i.getDerivedStateFromError(
e)),r.componentDidCatch&&(r.componentDidCatch(e,o||{}),s=1),s&&8&r.__g)return void(r.__g|=2)}catch(l){e=l}}throw ut=0,e}},Jn=0,Wt=function(e){return e!=null&&e.
constructor===He},xe.prototype.setState=function(e,t){var n=this.__s;n&&n!=this.state||(n=this.__s=pe({},this.state)),typeof e=="function"&&(e=e(pe({},n),this.props)),
e&&(pe(n,e),this.__v&&(t&&this.__k.push(t),Vn(this)))},xe.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),Vn(this))},xe.prototype.render=
C,ne=[],ut=0,Qn=function(e,t){return e.__v.__b-t.__v.__b},at=Symbol(),Zn=/(PointerCapture)$|Capture$/i,zt=0,Bt={},Fr=0;var zr=Symbol.for("preact-signals");function ht(){if(J>1)J--;else{var e,t=!1;for((function(){var r=pt;for(pt=void 0;r!==void 0;){var i=r.S;if(i.v===r.v)for(var s=i.
t;s!==void 0;s=s.x)s.i===r.i&&(s.i=i.i);r=r.o}})();je!==void 0;){var n=je;for(je=void 0,dt++;n!==void 0;){var o=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&so(n))try{n.
c()}catch(r){t||(e=r,t=!0)}n=o}}if(dt=0,J--,t)throw e}}function Se(e){if(J>0)return e();Xt=++Vr,J++;try{return e()}finally{ht()}}var Ue,x=void 0;function Ke(e){
var t=x,n=Ue;x=void 0,Ue=void 0;try{return e()}finally{x=t,Ue=n}}var je=void 0,J=0,dt=0,Vr=0,Xt=0,pt=void 0,mt=0;function io(e){if(x!==void 0){var t=e.n;if(t===
void 0||t.t!==x)return t={i:0,S:e,p:x.s,n:void 0,t:x,e:void 0,x:void 0,r:t},x.s!==void 0&&(x.s.n=t),x.s=t,e.n=t,32&x.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==
void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=x.s,t.n=void 0,x.s.n=t,x.s=t),t}}function E(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=
t?.watched,this.Z=t?.unwatched,this.name=t?.name}E.prototype.brand=zr;E.prototype.h=function(){return!0};E.prototype.S=function(e){var t=this,n=this.t;n!==e&&e.
e===void 0&&(e.x=n,this.t=e,n!==void 0?n.e=e:Ke(function(){var o;(o=t.W)==null||o.call(t)}))};E.prototype.U=function(e){var t=this;if(this.t!==void 0){var n=e.e,
o=e.x;n!==void 0&&(n.x=o,e.e=void 0),o!==void 0&&(o.e=n,e.x=void 0),e===this.t&&(this.t=o,o===void 0&&Ke(function(){var r;(r=t.Z)==null||r.call(t)}))}};E.prototype.
subscribe=function(e){var t=this;return I(function(){var n=t.value;Ke(function(){return e(n)})},{name:"sub"})};E.prototype.valueOf=function(){return this.value};
E.prototype.toString=function(){return this.value+""};E.prototype.toJSON=function(){return this.value};E.prototype.peek=function(){var e=this;return Ke(function(){
return e.value})};Object.defineProperty(E.prototype,"value",{get:function(){var e=io(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){
if(dt>100)throw new Error("Cycle detected");(function(n){J!==0&&dt===0&&n.l!==Xt&&(n.l=Xt,pt={S:n,v:n.v,i:n.i,o:pt})})(this),this.v=e,this.i++,mt++,J++;try{for(var t=this.
t;t!==void 0;t=t.x)t.t.N()}finally{ht()}}}});function _(e,t){return new E(e,t)}function so(e){for(var t=e.s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.
i)return!0;return!1}function ao(e){for(var t=e.s;t!==void 0;t=t.n){var n=t.S.n;if(n!==void 0&&(t.r=n),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function lo(e){
for(var t=e.s,n=void 0;t!==void 0;){var o=t.p;t.i===-1?(t.S.U(t),o!==void 0&&(o.n=t.n),t.n!==void 0&&(t.n.p=o)):n=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),t=o}e.s=
n}function me(e,t){E.call(this,void 0,t),this.x=e,this.s=void 0,this.g=mt-1,this.f=4}me.prototype=new E;me.prototype.h=function(){if(this.f&=-3,1&this.f)return!1;
if((36&this.f)==32||(this.f&=-5,this.g===mt))return!0;if(this.g=mt,this.f|=1,this.i>0&&!so(this))return this.f&=-2,!0;var e=x;try{ao(this),x=this;var t=this.x();
(16&this.f||this.v!==t||this.i===0)&&(this.v=t,this.f&=-17,this.i++)}catch(n){this.v=n,this.f|=16,this.i++}return x=e,lo(this),this.f&=-2,!0};me.prototype.S=function(e){
if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}E.prototype.S.call(this,e)};me.prototype.U=function(e){if(this.t!==void 0&&(E.prototype.
U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=t.n)t.S.U(t)}};me.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==
void 0;e=e.x)e.t.N()}};Object.defineProperty(me.prototype,"value",{get:function(){if(1&this.f)throw new Error("Cycle detected");var e=io(this);if(this.h(),e!==void 0&&
(e.i=this.i),16&this.f)throw this.v;return this.v}});function U(e,t){return new me(e,t)}function uo(e){var t=e.j;if(e.j=void 0,typeof t=="function"){J++;var n=x;
x=void 0;try{t()}catch(o){throw e.f&=-2,e.f|=8,Yt(e),o}finally{x=n,ht()}}}function Yt(e){for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,uo(e)}function Gr(e){
if(x!==this)throw new Error("Out-of-order effect");lo(this),x=e,this.f&=-2;try{8&this.f&&Yt(this)}finally{ht()}}function Te(e,t){this.x=e,this.j=void 0,this.s=void 0,
this.u=void 0,this.f=32,this.name=t?.name,Ue&&Ue.push(this)}Te.prototype.c=function(){var e=this.S();try{if(8&this.f||this.x===void 0)return;var t=this.x();typeof t==
"function"&&(this.j=t)}finally{e()}};Te.prototype.S=function(){if(1&this.f)throw new Error("Cycle detected");this.f|=1,this.f&=-9,uo(this),ao(this),J++;var e=x;
return x=this,Gr.bind(this,e)};Te.prototype.N=function(){2&this.f||(this.f|=2,this.u=je,je=this)};Te.prototype.d=function(){this.f|=8,1&this.f||Yt(this)};Te.prototype.
dispose=function(){this.d()};function I(e,t){var n=new Te(e,t);try{n.c()}catch(r){throw n.d(),r}var o=n.d.bind(n);return o[Symbol.dispose]=o,o}var Me,$,en,co,tn=Object.is,gt=0,bo=[],nn=[],M=v,fo=M.__b,po=M.__r,mo=M.diffed,ho=M.__c,go=M.unmount,_o=M.__;function _t(e,t){M.__h&&M.__h($,e,gt||t),gt=0;var n=$.
__H||($.__H={__:[],__h:[]});return e>=n.__.length&&n.__.push({}),n.__[e]}function he(e){return gt=1,Jr(wo,e)}function Jr(e,t,n){var o=_t(Me++,2);if(o.t=e,!o.__c&&
(o.__=[n?n(t):wo(void 0,t),function(i){var s=(o.__N||o.__)[0],l=o.t(s,i);tn(s,l)||(o.__N=[l,o.__[1]],o.__c.setState({}))}],o.__c=$,!$.__f)){$.__f=!0;var r=$.shouldComponentUpdate;
$.shouldComponentUpdate=function(i,s,l){var c=this.__H;if(!c)return!0;var f=!1,u=this.props!=i;if(c.__.some(function(m){m.__N&&(f=!0,tn(m.__[0],m.__N[0])||(u=!0))}),
r){var p=r.call(this,i,s,l);return f?p||u:p}return!f||u}}return o.__}function P(e,t){var n=_t(Me++,3);!M.__s&&rn(n.__H,t)&&(n.__P=!0,n.__=e,n.u=t,$.__H.__h.push(
n))}function We(e,t){var n=_t(Me++,4);!M.__s&&rn(n.__H,t)&&(n.__P=!1,n.__=e,n.u=t,$.__h.push(n))}function N(e){return gt=5,ge(function(){return{current:e}},[])}function ge(e,t){var n=_t(Me++,7);return rn(n.__H,t)&&(n.__=e(),n.__H=t),n.__}function Qr(){var e;do{for(;e=nn.shift();)try{Be(e)}catch(n){M.__e(n,{__:(e=e.__P)&&e.__v})}for(;e=bo.shift();){var t=e.__H;if(e.__P&&t)try{t.__h.some(Be),t.__h.
some(on),t.__h=[]}catch(n){t.__h=[],M.__e(n,e.__v)}}}while(nn.length)}M.__b=function(e){$=null,fo&&fo(e)},M.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),
_o&&_o(e,t)},M.__r=function(e){po&&po(e),Me=0;var t=($=e.__c).__H;t&&(en==$?$.__h=[]:(t.__h.some(Be),t.__h.some(on),Me=0),t.__h=[],t.__.some(function(n){n.__N&&
(n.__=n.__N),n.u=n.__N=void 0})),en=$},M.diffed=function(e){mo&&mo(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&yo(bo.push(t)),t.__H.__.some(function(n){n.u&&(n.
__H=n.u)})),en=$=null},M.__c=function(e,t){t.some(function(n){try{n.__h.some(Be),n.__h=n.__h.filter(function(o){return!o.__||on(o)})}catch(o){n.__h=[function(){
throw o}]}}),ho&&ho(e,t)},M.unmount=function(e){go&&go(e);var t,n,o=e.__c;o&&o.__H&&(o.__H.__.some(function(r){try{if(r.__P&&r.__c){if(n===void 0){for(n=e.__;n&&
(!n.__c||!n.__c.__P);)n=n.__;n=n&&n.__c}r.__P=n,yo(nn.push(r))}else Be(r)}catch(i){t=i}}),o.__H=void 0,t&&M.__e(t,o.__v))};var vo=typeof requestAnimationFrame==
"function";function Zr(e){var t,n=function(){clearTimeout(o),vo&&cancelAnimationFrame(t),setTimeout(e)},o=setTimeout(n,35);vo&&(t=requestAnimationFrame(n))}function yo(e){
e!=1&&co==M.requestAnimationFrame||((co=M.requestAnimationFrame)||Zr)(Qr)}function Be(e){var t=$,n=e.__c;typeof n=="function"&&(e.__c=void 0,n()),$=t}function on(e){
var t=$;e.__c=e.__(),$=t}function rn(e,t){return!e||e.length!=t.length||t.some(function(n,o){return!tn(n,e[o])})}function wo(e,t){return typeof t=="function"?t(
e):t}var sn,Ce,vt,Xr=typeof window<"u"&&!!window.__PREACT_SIGNALS_DEVTOOLS__,ko=[],xo=[];I(function(){sn=this.N})();function $e(e,t){v[e]=t.bind(null,v[e]||function(){})}
function ze(e){if(vt){var t=vt;vt=void 0,t()}vt=e&&e.S()}function So(e){var t=this,n=e.data,o=j(n);o.name="ReactiveDom",o.value=n;var r=ge(function(){for(var l=t,
c=t.__v;c=c.__;)if(c.__c){c.__c.__$f|=4;break}var f=U(function(){var d=o.value.value;return d===0?0:d===!0?"":d||""}),u=U(function(){return!Array.isArray(f.value)&&
!Wt(f.value)}),p=I(function(){if(this.N=Mo,u.value){var d=f.value;l.__v&&l.__v.__e&&l.__v.__e.nodeType===3&&(l.__v.__e.data=d)}}),m=t.__$u.d;return t.__$u.d=function(){
p(),m.call(this)},[u,f]},[]),i=r[0],s=r[1];return i.value?s.peek():s.value}So.displayName="ReactiveTextNode";Object.defineProperties(E.prototype,{constructor:{configurable:!0,
value:Xn(C,null).constructor},type:{configurable:!0,value:So},props:{configurable:!0,get:function(){var e=this;return{data:{get value(){return e.value}}}}},__b:{
configurable:!0,value:1}});$e("__b",function(e,t){if(ze(),Ce=void 0,typeof t.type=="string"){var n,o=t.props;for(var r in o)if(r!=="children"){var i=o[r];i instanceof
E&&(n||(t.__np=n={}),n[r]=i,o[r]=i.peek())}}e(t)});$e("__r",function(e,t){if(e(t),t.type!==C){ze();var n,o=t.__c;o&&(o.__$f&=-2,(n=o.__$u)===void 0&&(o.__$u=n=(function(r,i){
var s;return I(function(){s=this},{name:i}),s.c=r,s})((function(r){return function(){var i;Xr&&((i=this.y)==null||i.call(this)),r.__$f|=1,r.setState({})}})(o),typeof t.
type=="function"?t.type.displayName||t.type.name:""))),Ce=o,ze(n)}});$e("__e",function(e,t,n,o){ze(),Ce=void 0,e(t,n,o)});$e("diffed",function(e,t){ze(),Ce=void 0;
var n;if(typeof t.type=="string"&&(n=t.__e)){var o=t.__np,r=t.props,i=n.U;if(i)for(var s in i){var l=i[s];l===void 0||o&&s in o||(l.d(),i[s]=void 0)}if(o){i||(i=
{},n.U=i);for(var c in o){var f=i[c],u=o[c];f===void 0?(f=Yr(n,c,u,r),i[c]=f):f.o(u,r)}}}e(t)});function Yr(e,t,n,o){var r=t in e&&e.ownerSVGElement===void 0,i=_(
n);return{o:function(s,l){i.value=s,o=l},d:I(function(){this.N=Mo;var s=i.value.value;o[t]!==s&&(o[t]=s,r?e[t]=s:s!=null&&(s!==!1||t[4]==="-")?e.setAttribute(t,
s):e.removeAttribute(t))})}}$e("unmount",function(e,t){if(typeof t.type=="string"){var n=t.__e;if(n){var o=n.U;if(o){n.U=void 0;for(var r in o){var i=o[r];i&&i.
d()}}}var s=t.__np;if(s){var l=t.props;for(var c in s)l[c]=s[c]}t.__np=void 0}else{var f=t.__c;if(f){f.__$f|=8;var u=f.__$u;u&&(f.__$u=void 0,u.d())}}e(t)});$e(
"__h",function(e,t,n,o){o<3&&(t.__$f|=2),e(t,n,o)});xe.prototype.shouldComponentUpdate=function(e,t){if(this.__R)return!0;var n=this.__$u,o=n&&n.s!==void 0;for(var r in t)
return!0;if(this.__f||typeof this.u=="boolean"&&this.u===!0){var i=2&this.__$f;if(!(o||i||4&this.__$f)||1&this.__$f)return!0}else if(!(o||4&this.__$f)||3&this.__$f)
return!0;for(var s in e)if(s!=="__source"&&e[s]!==this.props[s])return!0;for(var l in this.props)if(!(l in e))return!0;return!1};function j(e,t){return ge(function(){
return _(e,t)},[])}function To(e,t){var n=N(e);return n.current=e,Ce.__$f|=4,ge(function(){return U(function(){return n.current()},t)},[])}var ei=typeof requestAnimationFrame>
"u"?setTimeout:function(e){var t=function(){clearTimeout(n),cancelAnimationFrame(o),e()},n=setTimeout(t,35),o=requestAnimationFrame(t)},ti=function(e){queueMicrotask(
function(){queueMicrotask(e)})};function ni(){Se(function(){for(var e;e=ko.shift();)sn.call(e)})}function oi(){ko.push(this)===1&&(v.requestAnimationFrame||ei)(
ni)}function ri(){Se(function(){for(var e;e=xo.shift();)sn.call(e)})}function Mo(){xo.push(this)===1&&(v.requestAnimationFrame||ti)(ri)}function ii(e,t){var n=N(
e);n.current=e;var o=Ce;P(function(){return I(function(){if(this.N=oi,!(o&&8&o.__$f))return n.current()},t)},[])}var K=class extends Error{constructor(n,o,r=0){super(o);this.status=n;this.retryAfterS=r}status;retryAfterS},yt="picket-key",si=6e4,F=_(void 0),Ee=_(!1),Ve=_(0),
an=[],ai=()=>{try{return localStorage.getItem(yt)??""}catch{return""}},Co=e=>{try{e?localStorage.setItem(yt,e):localStorage.removeItem(yt)}catch{}},re=ai();function bt(){
return{"Picket-Request":re||"guest",Accept:"application/json"}}function $o(e){if(e==="."||e==="..")throw new K(0,`The name "${e}" cannot be written in an address; use picket ctl.`);return encodeURIComponent(e)}var ie=(e,...t)=>`\
/api/core/v2/namespaces/${[e,...t].map($o).join("/")}`,wt=(e,...t)=>`/api/picket/v1/namespaces/${[e,...t].map($o).join("/")}`;function li(e,t){try{let n=JSON.parse(
t).message;if(typeof n=="string"&&n)return n}catch{}return e===403?"You may not do that.":e===404?"It is not there.":`The backend answered with status ${e}.`}async function ln(e){
let t=await e.text().catch(()=>"");return new K(e.status,li(e.status,t),Number(e.headers.get("Retry-After"))||0)}async function kt(e,t,n,o){let r=AbortSignal.timeout(
si),i=e==="PATCH"?"application/merge-patch+json":"application/json";try{let s=await fetch(t,{method:e,credentials:"same-origin",cache:"no-store",redirect:"error",
headers:n===void 0?bt():{...bt(),"Content-Type":i},...n===void 0?{}:{body:JSON.stringify(n)},signal:o?ui(o,r):r});return Ve.value=Date.now(),s}catch(s){throw o?.
aborted?s:new K(0,r.aborted?"picket did not answer within a minute.":"picket does not answer.")}}function ui(e,t){let n=new AbortController,o=()=>n.abort();for(let r of[
e,t])r.aborted?o():r.addEventListener("abort",o,{once:!0});return n.signal}var ci=()=>new Promise(e=>an.push(e));async function fi(e,t,n,o){for(;;){let r=await kt(
e,t,n,o);if(r.ok)return r.text();if(r.status!==401||!F.value)throw await ln(r);Ee.value=!0,await ci()}}async function Q(e,t,n,o){let r=await fi(e,t,n,o);return r?
JSON.parse(r):void 0}var _e=(e,t)=>Q("GET",e,void 0,t),un="/api/picket/v1/session";function Eo(e){F.value=e,Ee.value=!1;let t=an;an=[],t.forEach(n=>n())}async function Ge(){
let e=await kt("GET",un,void 0);if(e.ok)return Eo(await e.json());if(e.status!==401)throw await ln(e);F.value?Ee.value=!0:F.value=null}async function ta(e,t,n){
let o=re;re="";let r=await kt("POST",un,{username:e,password:t,stay:n}).finally(()=>{re=o});if(!r.ok)throw await ln(r);let i=await r.json();Co(re=i.key??""),Eo(
i)}async function na(){await kt("DELETE",un,void 0).catch(()=>{}),Co(re=""),F.value=null,await Ge()}function oa(){addEventListener("storage",e=>{e.key!==yt||(e.
newValue??"")===re||(re=e.newValue??"",Ge().catch(()=>{}))})}function xt(e,t,n){let o=F.value?.may??{},r=i=>[n,"*"].some(s=>o[i]?.[s]?.some(l=>l===t||l==="*"));
return e?r(e)||r("*"):Object.keys(o).some(r)}var di=["problems","events","entities","checks","silences","config","journal","backend","wall"],pi=e=>{try{return decodeURIComponent(e)}catch{return e}},Ro=e=>di.
includes(e??"");function Po(e){let t=/^\/c\/[^/]+\/n\/([^/]+)\/?(.*)$/.exec(e);if(t||(t=/^\/([^/]+)\/((?:events|entities|checks|silences|silenced)(?:\/.*)?)$/.exec(
e)),!t||t[1]==="n"||t[1]==="all"||Ro(t[1]))return e.replace(/^(\/n\/[^/]+\/entities\/[^/]+)\/events\/?$/,"$1");let n=t[2].replace(/^silenced/,"silences").replace(
/^(entities\/[^/]+)\/events\/?$/,"$1");return`/n/${t[1]}/${n}`}function mi(e,t,n="default"){let o=Po(e).split("/").filter(Boolean).map(pi),r=Object.fromEntries(
new URLSearchParams(t));if(o[0]==="wall")return{page:"wall",ns:r.ns??"",path:[],query:r};let i=o[0]==="all",s=o[0]==="n"&&o[1],[l,...c]=i?o.slice(1):s?o.slice(2):
[],f=Ro(l)&&l!=="wall";return{page:f?l:"problems",ns:i?"":s||n,path:f?c:[],query:r}}function ve(e){let t=Object.fromEntries(Object.entries(e.query??{}).filter(([
,r])=>r));e.page==="wall"&&e.ns&&(t.ns=e.ns);let n=new URLSearchParams(t).toString().replace(/%3A/g,":").replace(/%2C/g,",");return[e.page==="wall"?"":e.ns?`/n/${encodeURIComponent(
e.ns)}`:"/all",e.page,...(e.path??[]).map(encodeURIComponent)].join("/")+(n?`?${n}`:"")}var fn=(e,t,n)=>ve({page:"events",ns:e,path:[t,n]}),sa=(e,t)=>ve({page:"\
entities",ns:e,path:[t]}),w=_({page:"problems",ns:"default",path:[],query:{}}),Ao="default";function cn(){w.value=mi(location.pathname,location.search,Ao)}function aa(e){
Ao=e;let t=Po(location.pathname);t!==location.pathname&&history.replaceState(null,"",t+location.search),addEventListener("popstate",cn),cn(),location.pathname===
"/"&&history.replaceState(null,"",ve(w.value))}function St(e,t=!1){e!==location.pathname+location.search&&history[t?"replaceState":"pushState"](history.state,"",
e),cn()}function Z(e,t=!0){let n=w.value;St(ve({...n,query:{...n.query,...e}}),t)}function la(e){let t=e.target.closest?.("a");!t||e.defaultPrevented||e.button||
e.ctrlKey||e.metaKey||e.shiftKey||e.altKey||t.target||t.origin!==location.origin||t.getAttribute("href").startsWith("#")||(e.preventDefault(),St(t.pathname+t.search))}var X={silenced:1,flapping:2,ttl:4,metrics:8,runnable:16,dependency:32},pn=["namespace","entity","check","status","flags","occurrences","executed","since","told",
"output"],mn=(e,t,n)=>`${e}/${t}/${n}`,Pe=e=>(e.flags&X.silenced)!==0,Re=e=>Math.min(e,3);function hn(e){let t=Object.fromEntries(e.map((r,i)=>[r,i])),n=(r,i)=>String(
r[t[i]??-1]??""),o=(r,i)=>Number(r[t[i]??-1]??0);return r=>{let i=n(r,"namespace"),s=n(r,"entity"),l=n(r,"check"),c=n(r,"output");return{key:mn(i,s,l),ns:i,entity:s,
check:l,output:c,status:o(r,"status"),flags:o(r,"flags"),occurrences:o(r,"occurrences"),executed:o(r,"executed"),since:o(r,"since"),told:n(r,"told"),hay:`${s} ${l}\
 ${c}`.toLowerCase()}}}var No=[3,2,0,1],Je=(e,t)=>Tt(e.entity,t.entity)||Tt(e.check,t.check)||Tt(e.ns,t.ns),Tt=(e,t)=>e<t?-1:e>t?1:0,dn={severity:(e,t)=>No[Re(e.
status)]-No[Re(t.status)]||t.since-e.since||Je(e,t),since:(e,t)=>t.since-e.since||Je(e,t),executed:(e,t)=>t.executed-e.executed||Je(e,t),entity:Je,check:(e,t)=>Tt(
e.check,t.check)||Je(e,t)};function Oo(e,t,n){let o=Object.hasOwn(dn,t)?dn[t]:dn.severity;return e.sort(n?(r,i)=>o(i,r):o)}function Mt(e){let t=[[0,0],[0,0],[0,
0],[0,0]];for(let n of e){let o=t[Re(n.status)];o[0]++,Pe(n)&&o[1]++}return t}var gn=e=>[0,1,2,3].map(t=>e?.[t]??[0,0]),Ct=(e,t)=>e[t][0]-e[t][1];function Lo(e,t){
let n=new Map(t.map((r,i)=>[r,i])),o=e.flatMap(r=>n.get(r)??[]);return e.length-o.length+(t.length-o.length)+(o.length-hi(o))}function hi(e){let t=[];for(let n of e){
let o=0,r=t.length;for(;o<r;){let i=o+r>>1;t[i]<n?o=i+1:r=i}t[o]=n}return t.length}var vn=2e4,gi=2e3,jo=_(0),Do=()=>Math.floor(Date.now()/1e3+jo.value),ae=_(Math.floor(Date.now()/1e3)),ye=U(()=>Math.floor(ae.value/5)*5);function ha(){setInterval(
()=>{document.hidden||(ae.value=Do())},1e3),I(()=>{ae.value=Do()})}var Ko="picket-preferences",Io={theme:"auto",density:"normal",keys:!0,zone:"local"};function _i(){
try{return{...Io,...JSON.parse(localStorage.getItem(Ko)??"{}")}}catch{return Io}}var se=_(_i());function ga(e){se.value={...se.value,...e};try{localStorage.setItem(
Ko,JSON.stringify(se.value))}catch{}}var Qe=U(()=>se.value.zone),Bo=e=>({ns:e,map:new Map,matched:0,counts:gn(void 0),loaded:"no",partial:!1,error:null}),b=_(Bo(
"")),Y=_(""),_n=hn(pn),$t=0,vi=e=>e?wt(e,"events"):"/api/picket/v1/events";async function Fo(e,t){return _e(`${vi(e)}?${new URLSearchParams(t)}`)}function qo(e,t,n){
_n=hn(t.columns??pn);let o=new Map;for(let r of t.rows){let i=_n(r);o.set(i.key,i)}b.value={ns:e,map:o,matched:t.matched,counts:gn(t.counts),loaded:n,partial:t.
matched>t.rows.length,error:null}}async function Ze(){let e=w.value.ns,t=++$t,n=Y.value;b.value.ns!==e&&(b.value=Bo(e));try{if(b.value.loaded==="no"){let r=await Fo(
e,{status:"1,2,3",limit:String(gi)});t===$t&&qo(e,r,"problems")}let o=await Fo(e,{limit:String(vn),...n?{q:n}:{}});return t===$t&&qo(e,o,"all"),o.revision}catch(o){
throw t===$t&&(b.value={...b.value,error:o}),o}}var Ho,yi=100;function yn(){Ho??=setTimeout(()=>{Ho=void 0,b.value={...b.value,counts:b.value.partial?b.value.counts:
Mt(b.value.map.values())}},yi)}var Uo=_([]);function Wo(e){let t=[],n=b.value.map,o=b.value.loaded==="all"&&!Y.value;for(let r of e){let i=_n(r),s=n.get(i.key);
!o&&!s&&i.status===0||(i.status===2&&s?.status!==2&&!(i.flags&1)&&t.push(i),n.set(i.key,i))}t.length&&(Uo.value=[...Uo.value,...t].slice(-50)),yn()}function Rt(e){
for(let[t,n,o]of e)b.value.map.delete(mn(t,n,o));yn()}function Pt(e,t){let n=b.value.map.get(e);n&&(b.value.map.set(e,{...n,...t}),yn())}var At=_(null);async function bn(){
let e=await _e("/api/picket/v1/summary");Se(()=>{At.value=e,jo.value=e.now-Date.now()/1e3})}var Xe=U(()=>{let e=b.value;if(e.ns===w.value.ns&&e.loaded==="all"&&
!Y.value)return e.counts;let t=At.value?.namespaces.filter(n=>!w.value.ns||n.name===w.value.ns)??[];return t.length?[0,1,2,3].map(n=>t.reduce((o,r)=>[o[0]+(r.counts[n]?.[0]??
0),o[1]+(r.counts[n]?.[1]??0)],[0,0])):e.counts}),wn=U(()=>F.value?.namespaces??[]),Ae={silenced:_(0),entities:_(0),checks:_(0),events:_(0)},be=e=>{Ae[e].value++},
Et=_([]),bi=6e3,wi=0;function kn(e,t=!1){let n=++wi;Et.value=[...Et.value,{id:n,text:e,bad:t}].slice(-4),t||setTimeout(()=>ki(n),bi)}var ki=e=>{Et.value=Et.value.
filter(t=>t.id!==e)};var Oe=[],Ne="",zo,xi=1500;function Go(e){return Oe.unshift(e),()=>{Oe.splice(Oe.indexOf(e),1)}}var ya=()=>Oe.flat();function Si(e){return(e.ctrlKey||e.metaKey?
"Ctrl-":"")+(e.shiftKey&&e.key.length>1?"Shift-":"")+(e.key===" "?"Space":(e.ctrlKey||e.metaKey)&&e.key.length===1?e.key.toUpperCase():e.key)}function Vo(e){let t=e;
return!!t&&(t.isContentEditable||t.tagName==="TEXTAREA"||t.tagName==="SELECT"||t.tagName==="INPUT"&&!/checkbox|radio/.test(t.type))}var Ti=e=>!!e?.closest?.("bu\
tton,a,input,summary,select");function Mi(e,t){let n=t.target===document.body||!!t.target.closest?.("[data-list]");return Oe.flat().find(o=>o.keys.split(" or ").
includes(e)&&(!o.row||n))}function Ci(e){if(e.altKey||e.defaultPrevented||e.isComposing)return;let t=Si(e),n=t.length===1||t==="Space";if(document.querySelector(
"dialog[open]")&&t!=="Ctrl-K"||Vo(e.target)&&n||n&&!se.value.keys||(t==="Space"||t==="Enter")&&Ti(e.target))return;let o=Mi(Ne?`${Ne} ${t}`:t,e),r=!Ne&&Oe.flat().
some(i=>i.keys.startsWith(`${t} `));clearTimeout(zo),Ne=!o&&r?t:"",Ne&&(zo=setTimeout(()=>{Ne=""},xi)),!(!o||Vo(e.target)&&!t.startsWith("Ctrl-"))&&(e.preventDefault(),
o.run(e))}function ba(){addEventListener("keydown",Ci)}function Jo(e){let t="",n={event:"message",id:0,data:""},o=r=>{if(r===""){n.data&&e(n),n={event:"message",id:n.id,data:""};return}let i=r.indexOf(":"),s=i<0?r:r.
slice(0,i),l=i<0?"":r.slice(i+1).replace(/^ /,"");s==="event"?n.event=l:s==="id"?n.id=Number(l)||n.id:s==="data"&&(n.data+=(n.data?`
`:"")+l)};return r=>{if(t+=r,t.length>8388608)throw new Error("a frame of the stream has no end");let i=t.split(/\r?\n/);t=i.pop(),i.forEach(o)}}var $i=3e4;function xn(e,t){
let n=Math.min($i,1e3*2**Math.max(0,e-1));return Math.round(n*(.75+t/2))}var q=_("off"),nr=_(0),or=_(!0),Qo=4e4,Ei=3e4,Ri=1e4,Pi=300,Ai=5e3,Le=null,ee=0,Nt;function Ni(){let e=["events","silenced","entities","checks"].filter(n=>xt(w.
value.ns,"list",n));if(!e.includes("events"))return null;let t=w.value.ns||(wn.value.length===1?wn.value[0]:"");return`/api/picket/v1/watch?${new URLSearchParams(
{kinds:e.join(","),view:"rows",quiet:"yes",...t?{namespace:t}:{}})}`}var Sn=new Map;function Zo(e){!(e in Ae)||Sn.has(e)||Sn.set(e,setTimeout(()=>{Sn.delete(e),
be(e)},Pi))}var Xo;function Oi(){Xo??=setTimeout(()=>{Xo=void 0,bn().catch(()=>{})},Ai)}function Yo(e){e.event==="rows"?Wo(JSON.parse(e.data)):e.event==="gone"?
Rt(JSON.parse(e.data)):e.event==="stale"&&Zo(JSON.parse(e.data).kind),(e.event==="rows"||e.event==="gone")&&Zo("events"),Oi()}async function Li(e,t){let n=[],o=setTimeout(
()=>t.abort(),Qo),r=async()=>{n??=[];let c=await Ze();for(let f of n)f.id>c&&Yo(f);n=null},i=Jo(c=>{c.event==="reload"?r().catch(()=>t.abort()):n?n.push(c):Yo(c)}),
s=e.body.pipeThrough(new TextDecoderStream).getReader(),l=r().catch(()=>t.abort());try{for(;;){let{done:c,value:f}=await s.read();if(c)return await l;clearTimeout(
o),o=setTimeout(()=>t.abort(),Qo),Ve.value=Date.now(),i(f)}}finally{clearTimeout(o)}}function rr(){ee=0,nr.value=0,q.value="live",bn().catch(()=>{});for(let e of Object.
keys(Ae))be(e)}async function Di(e){let t=Ni();if(!t)return er(e);let n=await fetch(t,{headers:bt(),credentials:"same-origin",cache:"no-store",signal:e.signal});
if(Ve.value=Date.now(),n.status===403||n.status===404)return er(e);if(n.status===401)throw await Ge(),new K(401,"the session is over");if(!n.ok)throw new K(n.status,
"the stream of changes was refused");ee&&await Ge(),rr(),await Li(n,e)}async function er(e){await Ze(),rr(),q.value="polling",await new Promise(t=>{let n=setTimeout(
t,Ri);e.signal.addEventListener("abort",()=>{clearTimeout(n),t()})})}function tr(){ee++,ee>1?(q.value="offline",nr.value||=Math.floor(Ve.value/1e3)):q.value="co\
nnecting"}async function Ot(){clearTimeout(Nt),Le?.abort();let e=Le=new AbortController;if(!F.value||Ee.value){q.value="off";return}if(!or.value){q.value="pause\
d";return}q.value!=="offline"&&(q.value="connecting");let t=()=>q.value==="polling";try{await Di(e)}catch{Le===e&&(tr(),Nt=setTimeout(()=>{Ot()},ee===1?300:xn(ee-
1,Math.random())));return}if(Le===e){if(t())return void Ot();tr(),Nt=setTimeout(()=>{Ot()},ee===1?300:xn(ee-1,Math.random()))}}var Tn=()=>{ee=0,Ot()};function $a(){
let e;document.addEventListener("visibilitychange",()=>{clearTimeout(e),document.hidden?e=setTimeout(()=>{Le?.abort(),Le=null,clearTimeout(Nt),q.value="off"},Ei):
(q.value==="off"||q.value==="offline")&&Tn()}),addEventListener("online",()=>Tn());let t="";I(()=>{let n=[F.value?.username??"",Ee.value,or.value,w.value.ns,Y.value,
JSON.stringify(F.value?.may??{})].join(`
`);n!==t&&(t=n,Promise.resolve().then(()=>Tn()))})}var Ii=Symbol.for("pv"),Fi=0;function a(e,t,n,o,r,i){t||(t={});var s,l,c=t;if("ref"in c&&typeof e!="function")for(l in c={},t)l=="ref"?s=t[l]:c[l]=t[l];var f={type:e,props:c,key:n,ref:s,__k:null,
__:null,__b:0,__e:null,__c:null,constructor:Ii,__v:--Fi,__i:-1,__u:0};return(r||i)&&(f.__source=r,f.__self=i),v.vnode&&v.vnode(f),f}function Fa(e,t=[]){let[n,o]=he({path:e,error:null,loading:!!e}),[r,i]=he(0),s=t.map(c=>Ae[c].value).join();P(()=>{if(!e)return;let c=new AbortController;return o(
f=>f.path===e?{...f,loading:!0}:{path:e,error:null,loading:!0}),_e(e,c.signal).then(f=>o({path:e,data:f,error:null,loading:!1}),f=>{c.signal.aborted||o(u=>({path:e,
data:u.path===e?u.data:void 0,error:f,loading:!1}))}),()=>c.abort()},[e,s,r]);let l=n.path===e;return{data:l?n.data:void 0,error:l?n.error:null,loading:!l||n.loading,
again:()=>i(c=>c+1)}}function le(e){let t=N(e);t.current=e,P(()=>Go(e.map((n,o)=>({...n,run:r=>t.current[o]?.run(r)}))),[e.map(n=>n.keys).join()])}var ir="(max-\
width: 699px)",Mn=_(matchMedia(ir).matches);matchMedia(ir).addEventListener("change",e=>{Mn.value=e.matches});var qi=_("Problems");function sr(e){We(()=>{qi.value=
e},[e])}function ar(e,t=150){let n=j(!1);return P(()=>{if(!e){n.value=!1;return}let o=setTimeout(()=>{n.value=!0},t);return()=>clearTimeout(o)},[e]),n.value&&e}
function lr(e){let t=j(600);return We(()=>{let n=new ResizeObserver(()=>{e.current&&(t.value=e.current.clientHeight)});return n.observe(e.current),()=>n.disconnect()},
[]),t}var B={keys:new Set,anchor:null};function Lt(e,t){let n=new Set(e.keys);return n.delete(t)||n.add(t),{keys:n,anchor:t}}function Dt(e,t,n){let o=t.indexOf(e.anchor??
n),r=t.indexOf(n);if(o<0||r<0)return Lt(e,n);let i=new Set(e.keys);for(let s of t.slice(Math.min(o,r),Math.max(o,r)+1))i.add(s);return{keys:i,anchor:e.anchor??n}}
var Ye=e=>({keys:new Set(e),anchor:e[0]??null});function ur(e,t){let n=new Set([...e.keys].filter(t));return n.size===e.keys.size?e:{keys:n,anchor:e.anchor&&t(e.
anchor)?e.anchor:null}}var Hi=_(null),cr=e=>{Hi.value=e},Ka=_(!1),Ba=_(""),Wa=_(!1),za=_(!1),L=_(B);var Ui={critical:{f:"M5 1h6l4 4v6l-4 4H5l-4-4V5z",c:"M8 4.2v4.6M8 11.4v.2"},warning:{f:"M8 1.2 15.4 14.6H.6z",c:"M8 6v4.2M8 12.3v.2"},unknown:{f:"M8 .6 15.4 8 8\
 15.4.6 8z",c:"M6.3 6.3a1.8 1.8 0 1 1 2.4 1.9c-.5.2-.7.5-.7 1.1M8 11.4v.2"},ok:{s:"M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M5 8.2l2.1 2.1L11 6"},silenced:{s:"\
M3.5 11.5c1-1 1.2-2 1.2-4A3.3 3.3 0 0 1 8 4a3.3 3.3 0 0 1 3.3 3.5c0 2 .2 3 1.2 4zM6.8 13.8h2.4M8 4V2.6M2 2l12 12"},bell:{s:"M3.5 11.5c1-1 1.2-2 1.2-4A3.3 3.3 0 \
0 1 8 4a3.3 3.3 0 0 1 3.3 3.5c0 2 .2 3 1.2 4zM6.8 13.8h2.4M8 4V2.6"},told:{s:"M1.5 3.5h13v9h-13zM1.5 4l6.5 5 6.5-5"},nobody:{s:"M8 2a6 6 0 1 1 0 12A6 6 0 1 1 8 \
2M3.8 12.2l8.4-8.4"},filtered:{s:"M2 2.5h12L9.5 8.2v5l-3-1.6V8.2z"},held:{s:"M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8M6.4 5.4v5.2M9.6 5.4v5.2"},failed:{s:"\
M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6"},waiting:{s:"M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8M8 4.6V8l2.4 1.6"},
problems:{s:"M5.2 1.8h5.6l3.4 3.4v5.6l-3.4 3.4H5.2l-3.4-3.4V5.2zM8 5v3.6M8 10.9v.2"},events:{s:"M2 4h1M2 8h1M2 12h1M5.5 4H14M5.5 8H14M5.5 12H14"},entities:{s:"M\
2 2.5h12v4.2H2zM2 9.3h12v4.2H2zM4.5 4.6h.2M4.5 11.4h.2"},checks:{s:"M2 3.8l1.2 1.2 2-2.2M2 8.4l1.2 1.2 2-2.2M2 13l1.2 1.2 2-2.2M8 4h6M8 8.6h6M8 13.2h6"},silences:{
s:"M3.5 11.5c1-1 1.2-2 1.2-4A3.3 3.3 0 0 1 8 4a3.3 3.3 0 0 1 3.3 3.5c0 2 .2 3 1.2 4zM6.8 13.8h2.4M8 4V2.6M2 2l12 12"},config:{s:"M2 4.5h7M12.5 4.5H14M2 11.5h1.5\
M7 11.5h7M10.8 2.8v3.4M5.2 9.8v3.4"},journal:{s:"M3 2h10v12H3zM5.5 5h5M5.5 8h5M5.5 11h3"},backend:{s:"M2 4.2C2 3 4.7 2 8 2s6 1 6 2.2v7.6C14 13 11.3 14 8 14s-6-1\
-6-2.2zM2 4.2c0 1.2 2.7 2.2 6 2.2s6-1 6-2.2M2 8c0 1.2 2.7 2.2 6 2.2S14 9.2 14 8"},wall:{s:"M1.5 2.5h13v8.5h-13zM5 14h6M8 11v3"},search:{s:"M7 2a5 5 0 1 1 0 10A5\
 5 0 1 1 7 2M10.6 10.6 14.3 14.3"},down:{s:"M3.5 6 8 10.5 12.5 6"},back:{s:"M10 3 5 8l5 5"},close:{s:"M3.5 3.5l9 9M12.5 3.5l-9 9"},run:{s:"M13.5 8A5.5 5.5 0 1 1\
 11.6 3.8M13.6 1.6v3.2h-3.2"},delete:{s:"M2.5 4h11M6 4V2.2h4V4M4 4l.7 10h6.6L12 4M6.7 6.8v4.6M9.3 6.8v4.6"},user:{s:"M8 2.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 1 1 0-\
5.6M2.5 14.2c.4-2.8 2.6-4.2 5.5-4.2s5.1 1.4 5.5 4.2"},theme:{f:"M8 1.5a6.5 6.5 0 0 1 0 13z",s:"M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13"},help:{s:"M8 1.5a6.\
5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M6 6.2A2 2 0 1 1 8.6 8c-.4.2-.6.6-.6 1.2M8 11.4v.2"},more:{s:"M3 8h.2M8 8h.2M13 8h.2"},plus:{s:"M8 3v10M3 8h10"},pause:{s:"M5\
.5 3v10M10.5 3v10"},play:{s:"M4.5 2.8v10.4L13 8z"},graph:{s:"M2 2v12h12M4.5 10.5 7.5 7l2.5 2 3.5-5"},link:{s:"M6.5 3.5H2.8v9.7h9.7V9.5M9 2.8h4.2V7M13 3 7.2 8.8"},
flap:{s:"M1.5 11 4.5 4l3 8 3-8 3 7"}};function A({name:e,title:t,size:n=16}){let o=Ui[e];return a("svg",{class:`icon icon-${e}`,width:n,height:n,viewBox:"0 0 16\
 16",role:t?"img":void 0,"aria-hidden":t?void 0:"true","aria-label":t,children:[o.f&&a("path",{class:"fill",d:o.f}),o.s&&a("path",{class:"line",d:o.s}),o.c&&a("\
path",{class:"cut",d:o.c})]})}var ji=/[\u0000-\u0008\u000b-\u001f\u007f]/g,Ki=/[\u202a-\u202e\u2066-\u2069]/g,Bi=/\p{Surrogate}/gu,Wi=e=>e===""?"␡":String.fromCharCode(9216+e.charCodeAt(0)),
zi=e=>`⟨U+${e.charCodeAt(0).toString(16).toUpperCase()}⟩`;function Cn(e){return e.replace(/\r\n/g,`
`).replace(ji,Wi).replace(Ki,zi).replace(Bi,"�")}function De(e){return Cn(e).replace(/\n/g,"␊").replace(/\t/g," ")}function Qa(e,t){if(e.length<=t)return e;
let n=/[\ud800-\udbff]/.test(e.charAt(t-1))?t-1:t;return e.slice(0,n)}var fr=[["d",86400],["h",3600],["m",60],["s",1]];function et(e){let t=Math.max(0,Math.floor(e)),n=fr.findIndex(([,r])=>t>=r);if(n<0)return"0 s";let o=[];for(let[
r,i]of fr.slice(n,n+2))t>=i&&o.push(`${Math.floor(t/i)} ${r}`),t%=i;return o.join(" ")}var Ft=e=>et(e<60?e:e-e%60),Xa=e=>`every ${e===60?"minute":e===3600?"hou\
r":e===86400?"day":et(e)}`,mr=(e,t)=>t-e<1?"just now":`${et(t-e)} ago`;var dr=new Map;function hr(e,t){let n=e+JSON.stringify(t),o=dr.get(n);return o||dr.set(n,o=new Intl.DateTimeFormat("en-GB",{...t,hourCycle:"h23",...e==="utc"?{timeZone:"\
UTC"}:{}})),o}var gr={hour:"2-digit",minute:"2-digit"},Vi={...gr,second:"2-digit"},Gi={year:"numeric",month:"2-digit",day:"2-digit"},It=(e,t,n=!1)=>hr(t,n?Vi:gr).
format(e*1e3);function we(e,t){let n=Object.fromEntries(hr(t,Gi).formatToParts(e*1e3).map(o=>[o.type,o.value]));return`${n.year}-${n.month}-${n.day}`}function _r(e,t,n){
return we(e,n)===we(t,n)?It(e,n):`${we(e,n)} ${It(e,n)}`}function Ji(e,t){let n=t==="utc"?0:-new Date(e*1e3).getTimezoneOffset(),o=Math.abs(n),r=i=>String(i).padStart(
2,"0");return`${n<0?"-":"+"}${r(Math.floor(o/60))}:${r(o%60)}`}function qt(e,t){if(!e)return"never";let n=`${we(e,"utc")} ${It(e,"utc",!0)} UTC`;return t==="utc"?
n:`${we(e,t)} ${It(e,t,!0)} ${Ji(e,t)} = ${n}`}var Qi={s:1,m:60,min:60,h:3600,d:86400,w:604800};function $n(e){let t=e.trim().toLowerCase();if(!/^(\d+(\.\d+)?\s*(s|min|m|h|d|w)\s*)+$/.
test(t))return;let n=0;for(let o of t.matchAll(/(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)/g))n+=Number(o[1])*Qi[o[2]];return Math.round(n)}function Ya(e,t,n){let o=$n(e);
if(o!==void 0)return o>0?t+o:void 0;let r=/^(?:until\s+)?(?:(\d{4}-\d\d-\d\d)[ t])?(\d{1,2}):(\d\d)$/i.exec(e.trim());if(!r||Number(r[2])>23||Number(r[3])>59)return;
let i=pr(r[1]??we(t,n),Number(r[2]),Number(r[3]),n);return i===void 0||i>t?i:r[1]?void 0:pr(we(t+86400,n),Number(r[2]),Number(r[3]),n)}function pr(e,t,n,o){let[
r,i,s]=e.split("-").map(Number),l=o==="utc"?Date.UTC(r,i-1,s,t,n):new Date(r,i-1,s,t,n).getTime();return Number.isNaN(l)?void 0:Math.floor(l/1e3)}var Ie=e=>Object.assign(Object.create(null),e);var Zi=Ie({"":{icon:"nobody",word:"nobody",title:"Nobody was told: it names no handler, or nothing is decided yet",tone:"quiet"},told:{icon:"told",word:"told",title:"\
A handler told somebody",tone:"good"},delivered:{icon:"told",word:"told",title:"A handler told somebody",tone:"good"},filtered:{icon:"filtered",word:"filtered",
title:"A filter of every handler said no",tone:"quiet"},"held back":{icon:"held",word:"held back",title:"Held back: by an alert rule, or by what it depends on",
tone:"quiet"},failed:{icon:"failed",word:"failed",title:"A handler tried to tell and failed",tone:"bad"},unknown:{icon:"failed",word:"no handler",title:"The han\
dler it names does not exist",tone:"bad"},dropped:{icon:"failed",word:"dropped",title:"Not told: sets of handlers nested too deeply, or too many of them",tone:"\
bad"},waiting:{icon:"waiting",word:"waiting",title:"On its way: it runs, or is tried again",tone:"quiet"}}),En=e=>Zi[e]??{icon:"nobody",word:e,title:e,tone:"qui\
et"},Xi=Ie({not_silenced:"it is silenced",is_incident:"it is no incident, nor the end of one",has_metrics:"it has no metrics"});function Yi(e){let t=/^filter ([^:]+): ?([^]*)$/.
exec(e);return t?[Xi[t[1]]??`filter ${t[1]} said no`,t[2]]:["a filter said no",e]}function ol(e){let t=En(e.outcome),n=e.why??"";switch(e.outcome){case"delivere\
d":return{...t,text:"told",detail:n};case"filtered":{let[o,r]=Yi(n);return{...t,text:`not told: ${o}`,detail:r}}case"held back":return{...t,text:(e.alert?.told?
"told before; not again yet: ":"not yet: ")+(n.replace(/^alert rule: /,"")||"held back"),detail:""};case"failed":return{...t,text:"not told: it failed",detail:n};case"\
unknown":return{...t,text:"not told: there is no such handler",detail:n};case"dropped":return{...t,text:"not told: dropped",detail:n};case"waiting":return{...t,
text:"on its way",detail:n};default:return{...t,text:e.outcome,detail:n}}}var es=e=>e.outcome==="delivered"||e.outcome==="told"||!!e.alert?.told;function rl(e,t,n){
if(!t)return{text:"Nobody: this check names no handler.",tone:n?"bad":"quiet"};if(!e||!e.handlers.length)return{text:"Nothing is decided yet.",tone:"quiet"};let o=[
...new Set(e.handlers.filter(es).map(i=>i.handler))];return o.length?{text:`Yes: ${o.slice(0,3).join(", ")}${o.length>3?` and ${o.length-3} more`:""}.`,tone:"go\
od"}:e.handlers.some(i=>i.outcome==="waiting")?{text:"It is on its way.",tone:"quiet"}:n?{text:"No, nobody.",tone:e.handlers.some(i=>["failed","unknown","droppe\
d"].includes(i.outcome))?"bad":"quiet"}:{text:"No, and it is well.",tone:"quiet"}}function il(e,t){let n=Math.max(1,e?.after??1),o=e?.every??1;return t<n?n:o?n+
o*(Math.floor((t-n)/o)+1):0}var ts=/\bhttps?:\/\/[^\s<>"'`\u0000-\u001f\u2400-\u2421\u27e8\u27e9]+/gi;function ns(e){let t=e.replace(/[.,;:!?*]+$/,"");for(let[n,o]of["()","[]","{}"])t.endsWith(o)&&t.split(o).length>t.split(n).length&&(t=t.slice(0,-1));return t}function os(e){
try{let t=new URL(e);return t.protocol==="http:"||t.protocol==="https:"?t.href:void 0}catch{return}}function vr(e){let t=[],n=0,o=0;for(let r of e.matchAll(ts)){
let i=ns(r[0]),s=os(i);!s||++o>200||(r.index>n&&t.push({text:e.slice(n,r.index)}),t.push({text:i,href:s}),n=r.index+i.length)}return n<e.length&&t.push({text:e.
slice(n)}),t}var W=({text:e})=>a("bdi",{children:De(e)});function rs({text:e,lines:t=!1}){return a("bdi",{children:vr((t?Cn:De)(e)).map(n=>n.href?a("a",{href:n.href,target:"\
_blank",rel:"noopener noreferrer",children:n.text}):n.text)})}var hl=({t:e})=>a("time",{title:qt(e,Qe.value),dateTime:e?new Date(e*1e3).toISOString():void 0,children:e?
_r(e,ae.value,Qe.value):"never"}),gl=({t:e})=>a("time",{title:qt(e,Qe.value),dateTime:e?new Date(e*1e3).toISOString():void 0,children:e?mr(e,ae.value):"never"}),
yr=({since:e})=>a("time",{title:e?`since ${qt(e,Qe.value)}`:"not known since when",children:e?Ft(ye.value-e):"?"}),is=["OK","Warning","Critical","Unknown"],ss=[
"ok","warning","critical","unknown"],as=e=>e>3?`Unknown ${e}`:is[e],z=e=>["ok","warning","critical","unknown"][Re(e)];function br({status:e,silenced:t,badge:n}){
return a("span",{class:`status s-${z(e)}${n?" badge":""}${t?" is-silenced":""}`,children:[a(A,{name:ss[Re(e)]}),as(e)]})}function wr({told:e}){let t=En(e);return a(
"span",{class:`told t-${t.tone}`,title:t.title,children:[a(A,{name:t.icon}),a("span",{children:De(t.word)})]})}function O({icon:e,kind:t,shortcut:n,why:o,children:r,
...i}){return a("button",{type:"button",...i,class:`button ${t??""} ${i.class??""}`,"aria-disabled":o?"true":void 0,title:o||i.title,"aria-keyshortcuts":n,onClick:o?
void 0:i.onClick,children:[e&&a(A,{name:e}),r,n&&a("kbd",{"aria-hidden":"true",children:n})]})}function _l({title:e,side:t,children:n,class:o=""}){return a("sec\
tion",{class:`card ${o}`,"aria-label":e,children:[a("header",{children:[a("h2",{children:e}),t&&a("div",{class:"side",children:t})]}),n]})}function vl({list:e}){
return a("dl",{class:"facts",children:e.filter(([,t])=>t!=null&&t!==""&&t!==!1).map(([t,n])=>a(C,{children:[a("dt",{children:t}),a("dd",{children:typeof n=="str\
ing"?a(W,{text:n}):n})]}))})}function yl({of:e}){let t=Object.entries(e??{});return t.length?a("ul",{class:"pairs",children:t.map(([n,o])=>a("li",{children:[a("\
span",{class:"key",children:a(W,{text:n})})," ",a("span",{class:"value",children:a(rs,{text:String(o)})})]}))}):null}var ke=(e,t,n=`${t}s`)=>`${e.toLocaleString(
"en-GB").replace(/,/g," ")} ${e===1?t:n}`,V=e=>e.toLocaleString("en-GB").replace(/,/g," ");function Rn({title:e,onClose:t,children:n,wide:o,fixed:r}){let i=N(null);return P(()=>{let l=document.activeElement;return i.current.showModal(),i.current.querySelector(
"[data-first]")?.focus(),()=>{l?.isConnected&&l.focus()}},[]),a("dialog",{ref:i,class:o?"wide":"","aria-label":e,onMouseDown:l=>{l.target===i.current&&!r&&t()},
onCancel:l=>{l.preventDefault(),r||t()},children:a("div",{class:"dialog",children:[a("header",{children:[a("h2",{children:e}),!r&&a("button",{type:"button",class:"\
button quiet icon-only","aria-label":"Close",onClick:t,children:a(A,{name:"close"})})]}),n]})})}var tt=_(null),Pn=e=>{tt.value=e};function ls({q:e}){let[t,n]=he(
""),o=!e.typed||t===e.typed,r=()=>{tt.value=null},i=s=>{s.preventDefault(),o&&(r(),e.run())};return a(Rn,{title:e.title,onClose:r,children:a("form",{onSubmit:i,
children:[a("div",{class:"prose",children:e.text}),e.typed&&a("label",{class:"field",children:[a("span",{children:["Write ",a("b",{children:e.typed})," to confi\
rm"]}),a("input",{"data-first":!0,value:t,onInput:s=>n(s.currentTarget.value),autocomplete:"off",spellcheck:!1})]}),a("footer",{children:[a(O,{onClick:r,children:"\
Cancel"}),a(O,{type:"submit",kind:e.danger?"danger":"main",why:!o&&`Write ${e.typed} first`,...e.typed?{}:{"data-first":!0},children:e.act})]})]})})}var Ml=()=>tt.
value?a(ls,{q:tt.value},tt.value.title):null;function kr(e,t,n,o){let r=Math.max(0,Math.floor(e/n)-8),i=Math.min(o,Math.ceil((e+t)/n)+8);return{first:Math.min(r,o),last:Math.max(i,Math.min(r,o))}}function An(e,t,n,o,r){
let i=e*o,s=i+o+r;return i<t?i:s>t+n?s-n:t}var xr={phone:68,normal:38,dense:30};function Sr(e){let t=N(null),n=N(null),o=N(!1),r=j(0),i=lr(t),s=Mn.value?xr.phone:xr[se.value.density],l=e.items.map(e.keyOf),
c=e.focus.value===null?-1:l.indexOf(e.focus.value),f=kr(r.value,i.value,s,e.items.length),u=c>=0&&(c<f.first||c>=f.last)?[c]:[];for(let h=f.first;h<f.last;h++)u.
push(h);let p=h=>{if(!l.length)return;let k=Math.max(0,Math.min(l.length-1,h)),g=t.current;g.scrollTop=An(k,g.scrollTop,g.clientHeight,s,n.current.offsetHeight),
r.value=g.scrollTop,o.current=!0,e.focus.value===l[k]?m():e.focus.value=l[k]},m=()=>{t.current?.querySelector('.row[tabindex="0"]')?.focus({preventScroll:!0}),o.
current=!1};We(()=>{o.current&&m()}),P(()=>{c>=0&&t.current&&(t.current.scrollTop=An(c,0,t.current.clientHeight,s,40))},[]),fs(e,l,c,p,Math.max(1,Math.floor(i.value/
s)-2));let d=h=>()=>{e.inUse&&(e.inUse.value=h)};return a("div",{class:`grid grid-${e.name}`,role:"grid","aria-label":e.label,"aria-rowcount":e.items.length+1,"\
aria-multiselectable":e.selection?"true":void 0,"data-list":!0,ref:t,onScroll:h=>{r.value=h.currentTarget.scrollTop},onPointerEnter:d(!0),onPointerLeave:d(!1),children:[
a(us,{p:e,head:n,keys:l}),a("div",{class:"body",role:"rowgroup",style:{height:`${e.items.length*s}px`},children:u.map(h=>a(cs,{p:e,item:e.items[h],k:l[h],index:h,
height:s,order:l,stop:h===(c<0?0:c)},l[h]))})]})}function us({p:e,head:t,keys:n}){let o=e.selection?.value.keys.size??0,r=i=>i.sort&&i.sort===e.sort?e.reversed?
"descending":"ascending":void 0;return a("div",{class:"head",role:"row","aria-rowindex":1,ref:t,children:[e.selection&&a("div",{role:"columnheader",class:"cell \
c-select",children:a("label",{class:"tick",children:[a("span",{class:"hidden",children:"Select all"}),a("input",{type:"checkbox",tabIndex:-1,checked:o>0&&o>=n.length,
indeterminate:o>0&&o<n.length,onClick:()=>{e.selection.value=o?B:Ye(n)}})]})}),e.columns.map(i=>a("div",{role:"columnheader",class:`cell c-${i.id}`,"aria-sort":r(
i),children:i.sort?a("button",{type:"button",tabIndex:-1,onClick:()=>e.onSort?.(i.sort),children:[i.name,a("span",{class:"arrow","aria-hidden":"true"})]}):i.name}))]})}
function cs({p:e,item:t,k:n,index:o,height:r,order:i,stop:s}){let l=!!e.selection?.value.keys.has(n),c=u=>{if(!(u.target.closest("a,button,label,input")||getSelection()?.
type==="Range")){if(u.shiftKey&&e.selection){e.selection.value=Dt(e.selection.value,i,n);return}e.open(t)}},f=u=>{e.selection.value=u.shiftKey?Dt(e.selection.value,
i,n):Lt(e.selection.value,n)};return a("div",{class:`row ${e.rowClass?.(t)??""}${l?" selected":""}`,role:"row","aria-rowindex":o+2,"aria-selected":e.selection?l:
void 0,tabIndex:s?0:-1,style:{height:`${r}px`,transform:`translateY(${o*r}px)`},onClick:c,onFocus:()=>{e.focus.value=n},children:[e.selection&&a("div",{role:"gr\
idcell",class:"cell c-select",children:a("label",{class:"tick",children:[a("span",{class:"hidden",children:["Select ",e.describe(t)]}),a("input",{type:"checkbox",
tabIndex:-1,checked:l,onClick:f})]})}),e.cells(t).map((u,p)=>a("div",{role:"gridcell",class:`cell c-${e.columns[p].id}`,children:u}))]})}function fs(e,t,n,o,r){
let i="Lists",s=e.selection,l=()=>{let f=e.items[n];f&&e.open(f)},c=f=>{if(!s)return;let u=t[Math.max(0,Math.min(t.length-1,f))];u&&(s.value=Dt(s.value.anchor?s.
value:{...s.value,anchor:t[n]??u},t,u)),o(f)};le([{keys:"j or ArrowDown",does:"Next row",group:i,row:!0,run:()=>o(n+1)},{keys:"k or ArrowUp",does:"Previous row",
group:i,row:!0,run:()=>o(n<0?0:n-1)},{keys:"Home",does:"First row",group:i,row:!0,run:()=>o(0)},{keys:"End",does:"Last row",group:i,row:!0,run:()=>o(t.length-1)},
{keys:"PageDown",does:"A screen further",group:i,row:!0,run:()=>o(n+r)},{keys:"PageUp",does:"A screen back",group:i,row:!0,run:()=>o(n-r)},{keys:"Enter or o",does:"\
Open",group:i,row:!0,run:l},...s?[{keys:"x or Space",does:"Select",group:i,row:!0,run:()=>{let f=t[n];f&&(s.value=Lt(s.value,f))}},{keys:"Shift-ArrowDown",does:"\
Extend the selection down",group:i,row:!0,run:()=>c(n+1)},{keys:"Shift-ArrowUp",does:"Extend the selection up",group:i,row:!0,run:()=>c(n-1)},{keys:"Ctrl-A",does:"\
Select all that match",group:i,row:!0,run:()=>{s.value=Ye(t)}}]:[]])}var ds=Ie({ok:0,warning:1,critical:2,unknown:3}),Nn=32;function Ln(e){return[...e.matchAll(/-?(?:[a-z]+:)?(?:"[^"]*"?|\S+)/gi)].map(t=>t[0])}function ps(e){let t=e.
toLowerCase();if(!t.includes("*"))return o=>o.toLowerCase()===t;let n=new RegExp(`^${t.split("*").map(o=>o.replace(/[.+?^${}()|[\]\\]/g,"\\$&")).join("[^]*")}$`);
return o=>n.test(o.toLowerCase())}var Dn=e=>e.split(",").filter(Boolean);function ms(e){let t=new Set;for(let n of Dn(e)){let o=ds[n.toLowerCase()]??(/^\d{1,10}$/.
test(n)?Number(n):-1);if(o<0)return`status:${n} is none of ok, warning, critical, unknown or a number`;t.add(o)}return n=>t.has(n.status)||n.status>3&&t.has(3)}
function hs(e){if(e==="no")return n=>n.told!=="told";if(e==="yes")return n=>n.told==="told";if(e==="nobody")return n=>n.told==="";let t=Dn(e.replace(/[_-]/g," "));
return n=>t.includes(n.told)}function gs(e){let t=/^([<>])(.+)$/.exec(e),n=t?$n(t[2]):void 0;return n===void 0?`since:${e} is not like since:>1h or since:<10m`:
t[1]===">"?(o,r)=>r-o.since>n:(o,r)=>r-o.since<n}function On(e,t){let n=Dn(e).map(ps);return o=>n.some(r=>r(t(o)))}var _s=e=>/^(yes|true|only|1)$/i.test(e),Tr=Ie(
{status:ms,told:hs,since:gs,entity:e=>On(e,t=>t.entity),check:e=>On(e,t=>t.check),ns:e=>On(e,t=>t.ns),silenced:e=>t=>(t.flags&1)!==0===_s(e),label:()=>()=>!0});
function vs(e){let t=/^(-?)(?:([a-z]+):)?("?)([^]*)$/i.exec(e),n=t[2]?.toLowerCase(),o=t[3]?t[4].replace(/"$/,""):t[4],r=t[1]==="-";if(!n||!(n in Tr)){let s=(n?
`${t[2]}:`:"")+o,l=s.toLowerCase();return{field:"word",not:r,value:s,test:c=>c.hay.includes(l)}}if(!o)return`${n}: needs a value`;let i=Tr[n](o);return typeof i==
"string"?i:{field:n,not:r,value:o,test:i}}function Fe(e){let t=[],n=[];for(let o of Ln(e).slice(0,Nn)){if(o==="-")continue;let r=vs(o);typeof r=="string"?n.push(
r):t.push(r)}return Ln(e).length>Nn&&n.push(`only the first ${Nn} words count`),{terms:t,errors:n,server:t.some(o=>o.field==="label")}}var In=(e,t,n)=>e.terms.every(
o=>o.test(t,n)!==o.not);function nt(e,t,n){return[...Ln(e).filter(r=>!new RegExp(`^-?${t}:`,"i").test(r)),...n?[`${t}:${/\s/.test(n)?`"${n}"`:n}`]:[]].join(" ")}
var Fn=(e,t)=>Fe(e).terms.find(n=>n.field===t&&!n.not)?.value??"";var ys=(e,t)=>`${e||"*"}:${t||"*"}`,H=_(null),bs=4;async function ot(e,t,n,o){let r={title:e,total:t.length,done:0,failures:[],stopped:!1,over:!1},i=()=>{(t.length>
1||r.failures.length)&&(H.value={...r,stopped:H.value?.stopped??r.stopped})},s=[...t];i();let l=async()=>{for(let f=s.shift();f!==void 0&&!H.value?.stopped;f=s.
shift()){try{await o(f)}catch(u){r.failures.push({what:n(f),why:u.message})}r.done++,i()}};await Promise.all(Array.from({length:bs},l)),r.over=!0;let c=r.done-r.
failures.length;return r.failures.length||H.value?.stopped?i():(H.value=null,kn(`${e}: done${t.length>1?` for ${c}`:""}`)),c}var Mr=()=>{H.value&&(H.value={...H.
value,stopped:!0})},qn=()=>{H.value=null},Ht=e=>`${e.entity} / ${e.check}`;async function ws(e,t,n,o,r){let i=r?.metadata.name??ys(t,n),s={metadata:{...r?.metadata??
{},name:i,namespace:e},...t&&t!=="*"?{subscription:t}:{},...n&&n!=="*"?{check:n}:{},expire:o.expire,expire_on_resolve:o.onResolve,reason:o.reason,begin:o.begin,
...r?.windows?.length?{windows:r.windows}:{}};await Q("PUT",ie(e,"silenced",i),s)}async function Wl(e,t,n){await ot("Silence",e,Ht,async o=>{await ws(o.ns,`enti\
ty:${o.entity}`,o.check,t),t.begin<=n+1&&Pt(o.key,{flags:Cr(o)|X.silenced})}),be("silenced")}var Cr=e=>e.flags??0,zl=e=>Q("DELETE",ie(e.metadata.namespace,"sile\
nced",e.metadata.name));async function $r(e){await ot("Unsilence",e,Ht,async t=>{let o=(await _e(ie(t.ns,"events",t.entity,t.check))).check?.silenced??[],r=`ent\
ity:${t.entity}:${t.check}`,i=o.filter(s=>s!==r);if(o.includes(r)&&await Q("DELETE",ie(t.ns,"silenced",r)),i.length)throw new K(0,`silenced by ${i.join(", ")}, \
which hits others, too: end it on the page Silences`);Pt(t.key,{flags:Cr(t)&~X.silenced})}),be("silenced")}async function Er(e){let t=new Map;for(let n of e)t.set(
`${n.ns}/${n.check}`,[...t.get(`${n.ns}/${n.check}`)??[],n]);await ot("Re-run",[...t.values()],n=>`${n[0].check} on ${n.length>1?`${n.length} machines`:n[0].entity}`,
n=>ks(n[0].ns,n[0].check,n.map(o=>`entity:${o.entity}`)))}async function ks(e,t,n){await Q("POST",ie(e,"checks",t,"execute"),{check:t,...n?{subscriptions:n}:{}})}
async function Rr(e){await ot("Resolve",e,Ht,async t=>{await Q("PUT",wt(t.ns,"events",t.entity,t.check,"resolve"),{}),Pt(t.key,{status:0})})}async function Pr(e){
await ot("Delete",e,Ht,async t=>{await Q("DELETE",ie(t.ns,"events",t.entity,t.check)),Rt([[t.ns,t.entity,t.check]])})}async function Vl(e,t,n){await Q("PATCH",ie(
e,"checks",t),{publish:n}),be("checks"),kn(n?`${t} is published: it runs again`:`${t} is paused: nobody runs it until it is published`)}function nu(){let e=H.value;if(!e)return null;let t=e.over,n=e.failures.length;return a(Rn,{title:e.title,onClose:t?qn:()=>{},fixed:!t,children:[a("progress",{max:e.
total,value:e.done,"aria-label":e.title}),a("p",{role:"status",children:[t?`${e.done-n} done`:`${e.done} of ${e.total}`,n>0&&`, ${n} failed`,t&&e.stopped&&e.done<
e.total&&`, ${e.total-e.done} left as they were`]}),n>0&&a("ul",{class:"failures",children:e.failures.slice(0,200).map(o=>a("li",{children:[a("b",{children:a(W,
{text:o.what})}),a("span",{children:a(W,{text:o.why})})]}))}),a("footer",{children:t?a(O,{kind:"main","data-first":!0,onClick:qn,children:"Close"}):a(O,{onClick:Mr,
why:e.stopped&&"It stops after what is under way",children:"Stop"})})]})}var Ar=e=>e.length===1?`${e[0].entity} / ${e[0].check}`:ke(e.length,"event");function xs(e){
Pn({title:`Resolve ${Ar(e)}?`,act:"Resolve",run:()=>{Rr(e)},text:a("p",{children:"The stored status becomes OK, and handlers hear of it. The next result of the \
check says again what it finds."})})}function Ss(e,t){Pn({title:`Delete ${Ar(e)}?`,act:"Delete",danger:!0,run:()=>{Pr(e).then(t)},text:a("p",{children:"The even\
t and its history go. A check that still runs makes a new one with its next result."})})}function Ts(e,t){let n=e[0]?.ns??"",o=new Set(e.map(f=>f.ns)).size<=1,r=(f,u)=>[
...new Set(e.map(p=>p.ns))].every(p=>xt(p,f,u)),i=e.filter(f=>f.flags&X.silenced),s=e.filter(f=>f.status),l=e.filter(f=>f.flags&X.runnable);return[r("create","s\
ilenced")&&{id:"silence",name:"Silence",key:"s",icon:"silenced",why:o?"":"They are of several namespaces",run:()=>cr({ns:n,events:e})},r("delete","silenced")&&{
id:"unsilence",name:"Unsilence",key:"u",icon:"bell",why:i.length?"":"None is silenced",run:()=>{$r(i)}},r("create","checks")&&{id:"rerun",name:"Re-run",key:"r",
icon:"run",why:l.length?"":"No check of this name is defined here: the result came by itself",run:()=>{Er(l)}},r("update","events")&&{id:"resolve",name:"Resolve",
key:"e",icon:"ok",why:s.length?"":"It is well already",run:()=>xs(s)},r("delete","events")&&{id:"delete",name:"Delete",key:"#",icon:"delete",why:"",run:()=>Ss(e,
t)}].filter(f=>!!f)}function Hn({list:e,after:t,hidden:n,quiet:o}){let r=Ts(e,t);return le(r.map(i=>({keys:i.key,does:i.name,group:"Events",run:()=>{e.length&&!i.
why&&i.run()}}))),n?null:a(C,{children:r.filter(i=>i.id!=="unsilence"||!i.why).map(i=>a(O,{icon:i.icon,shortcut:i.key,why:i.why,kind:o?"quiet":i.id==="delete"?"\
danger":void 0,onClick:i.run,children:i.name}))})}var Ms=60;function Nr({label:e,help:t,fields:n=!0}){let o=w.value.query.q??"",r=N(null),i=N(void 0),[s,l]=he(o);P(()=>{document.activeElement!==r.current&&l(o)},
[o]);let c=m=>{l(m),clearTimeout(i.current),i.current=setTimeout(()=>Z({q:m}),Ms)},f=()=>{l(""),Z({q:""})};le([{keys:"/",does:"Filter",group:"Everywhere",run:()=>{
r.current?.focus(),r.current?.select()}}]);let u=n?Fe(o).errors:[],p=m=>{m.key==="Escape"&&(s?f():r.current?.blur(),m.stopPropagation()),(m.key==="Enter"||m.key===
"ArrowDown")&&(m.preventDefault(),document.querySelector('[data-list] .row[tabindex="0"]')?.focus())};return a("div",{class:`filter${u.length?" wrong":""}`,children:[
a(A,{name:"search"}),a("input",{ref:r,type:"search","aria-label":e,placeholder:t,value:s,spellcheck:!1,autocomplete:"off","aria-keyshortcuts":"/","aria-invalid":u.
length>0,onInput:m=>c(m.currentTarget.value),onKeyDown:p}),s?a("button",{type:"button",class:"button quiet icon-only","aria-label":"Clear the filter",onClick:f,
children:a(A,{name:"close"})}):a("kbd",{"aria-hidden":"true",children:"/"}),u.length>0&&a("p",{class:"wrong-text",role:"status",children:u.join("; ")})]})}var Ut=({
name:e,n:t,icon:n,tone:o,on:r,run:i})=>a("button",{type:"button",class:`chip ${o??""}${t===0?" zero":""}`,"aria-pressed":r,onClick:i,children:[n&&a(A,{name:n}),
e,t!==void 0&&a("b",{children:V(t)})]});function Or({sorts:e,usual:t}){let n=w.value.query.sort||t;return a("label",{class:"sort",children:[a("span",{children:"\
Sort"}),a("select",{value:n,onChange:o=>Z({sort:o.currentTarget.value===t?"":o.currentTarget.value,order:""},!1),children:e.map(([o,r])=>a("option",{value:o,children:r}))})]})}function Un({rows:e=8}){let t=ar(!0);return a("div",{class:"loading",role:"status","aria-label":"Loading",children:t&&Array.from({length:e},()=>a("div",{class:"\
bone"}))})}function rt({icon:e,title:t,children:n}){return a("div",{class:"empty",children:[e&&a(A,{name:e,size:36}),a("h2",{children:t}),n&&a("p",{children:n})]})}
function jn({error:e,what:t,again:n,ns:o}){return e.status===403?a(Cs,{what:t,ns:o??"",said:e.message}):a("div",{class:"empty failed",role:"alert",children:[a(A,
{name:"failed",size:36}),a("h2",{children:["The ",t," could not be fetched"]}),a("p",{children:e.message}),n&&a(O,{kind:"main",icon:"run",onClick:n,children:"Tr\
y again"})]})}function Cs({what:e,ns:t,said:n}){return a("div",{class:"empty",children:[a(A,{name:"user",size:36}),a("h2",{children:["You may not look at ",e,t&&
` in ${t}`]}),a("p",{children:["Missing: the right to list ",e,". Ask who manages the roles of this picket.",n&&a("span",{class:"muted",children:[" It said: ",n]})]})]})}
function vu({of:e,what:t,ns:n,children:o}){return e.data===void 0&&e.error?a(jn,{error:e.error,what:t,again:e.again,ns:n}):e.data===void 0?a(Un,{}):a(C,{children:[
e.error&&a("p",{class:"notice bad",role:"alert",children:[a(A,{name:"failed"}),e.error.message," ",a(O,{kind:"quiet",onClick:e.again,children:"Try again"})]}),o(
e.data)]})}function Lr(e,t,n,o,r){let i=N({scope:"\0",order:[],seen:new Map}),s=j(0);s.value;let l=i.current,c=e.map(t);if(!o||l.scope!==r||!l.order.length)return i.current=
{scope:r,order:c,seen:new Map(e.map((p,m)=>[c[m],p]))},{shown:e,pending:0,apply:()=>{}};let f=l.order.map(p=>{let m=n(p);return m?(l.seen.set(p,m),m):{...l.seen.
get(p),gone:!0}}),u=()=>{i.current={scope:"\0",order:[],seen:new Map},s.value++};return{shown:f,pending:Lo(l.order,c),apply:u}}var $s=()=>[...L.value.keys].flatMap(e=>b.value.map.get(e)??[]),ue=_(null),Es=[["severity","worst first"],["since","newest first"],["executed","last result"],["\
entity","machine"],["check","check"]],Rs="Filter: words, status:critical, entity:web*, told:no, since:>1h";function Ps(e,t,n,o,r){let i=Fe(t),s=Fe(nt(nt(t,"stat\
us",""),"silenced","")),l=i.terms.some(p=>p.field==="silenced"),c=ye.value,f=[],u=[];for(let p of b.value.map.values())r&&!r(p)||!In(s,p,c)||(f.push(p),!(e&&(!p.
status||Pe(p)&&!l))&&In(i,p,c)&&u.push(p));return{list:Oo(u,n,o),filtered:t||r?Mt(f):Xe.value,query:i}}function Ku({problems:e}){sr(e?"Problems":"Events");let{q:t="",
sort:n="severity",order:o=""}=w.value.query,r=ge(()=>Ps(e,t,n,o==="desc"),[e,t,n,o,b.value,Xe.value,/since:/.test(t)&&ye.value]);As(r.query,t);let i=b.value;return i.
error&&i.loaded==="no"?a(C,{children:[a("h1",{class:"hidden",children:e?"Problems":"Events"}),a(jn,{error:i.error,what:"events",ns:w.value.ns,again:()=>{Ze().catch(
()=>{})}})]}):a("div",{class:"list-page",children:[a(Ns,{problems:e,list:r.list}),a("div",{class:"toolbar",children:[a(Os,{problems:e,counts:r.filtered,q:t}),a(
"div",{class:"tools",children:[a(Nr,{label:"Filter events",help:Rs}),a(Or,{sorts:Es,usual:"severity"})]})]}),a(qs,{wanted:r.list,scope:`${e}|${w.value.ns}|${t}|${n}\
|${o}`,columns:w.value.ns?Kn:Ls,label:e?"Problems":"Events",empty:a(Us,{problems:e,q:t}),ready:i.loaded==="all"||e&&i.loaded==="problems"})]})}function As(e,t){
let n=e.server||(b.value.partial||Y.value)&&t?t:"";P(()=>{let o=setTimeout(()=>{Y.value=n},200);return()=>clearTimeout(o)},[n]),P(()=>()=>{Y.value=""},[])}function Ns({
problems:e,list:t}){let n=Xe.value,o=[2,1,3].filter(l=>Ct(n,l)>0),r=t.reduce((l,c)=>Math.max(l,c.since),0),i=t.filter(l=>l.told!=="told").length,s=new Set(t.map(
l=>`${l.ns}/${l.entity}`)).size;return e?a("header",{class:`headline ${o.length?`worst-${z(o[0])}`:"well"}`,children:[a("h1",{children:[a("span",{class:"hidden",
children:"Problems: "}),o.length?o.map((l,c)=>a(C,{children:[c>0&&", ",a("span",{class:`s-${z(l)}`,children:[V(Ct(n,l))," ",z(l)]})]})):b.value.loaded==="no"?"P\
roblems":"All is well"]}),!o.length&&n.some((l,c)=>c&&l[1])&&a("p",{children:"but for what is silenced"}),t.length>0&&a("p",{children:["on ",ke(s,"machine")," ·\
 newest ",ye.value-r<5?"just now":`${Ft(ye.value-r)} ago`,i>0&&a(C,{children:[" · ",a("a",{href:ve({...w.value,query:{...w.value.query,q:nt(w.value.query.q??"",
"told","no")}}),children:["nobody was told about ",V(i)]})]})]})]}):a("header",{class:"headline",children:[a("h1",{children:"Events"}),a("p",{class:"muted",children:"\
Every check on every machine, with its last result."})]})}function Os({problems:e,counts:t,q:n}){let o=Fn(n,"status"),r=Fn(n,"silenced"),i=f=>()=>{Z({q:f.reduce(
(u,[p,m])=>nt(u,p,m),n)},!1),L.value=B},s=f=>t.reduce((u,p,m)=>u+(e&&!m?0:p[f]),0),l=f=>e?Ct(t,f):t[f][0],c=(f,u)=>a(Ut,{name:u,icon:["ok","warning","critical",
"unknown"][f],tone:`s-${z(f)}`,n:l(f),on:o===z(f),run:i([["status",o===z(f)?"":z(f)],["silenced",""]])});return a("div",{class:"chips",role:"group","aria-label":"\
Status",children:[a(Ut,{name:"All",n:e?s(0)-s(1):s(0),on:!o&&!r,run:i([["status",""],["silenced",""]])}),c(2,"Critical"),c(1,"Warning"),c(3,"Unknown"),!e&&c(0,"\
OK"),a(Ut,{name:"Silenced",icon:"silenced",tone:"s-silenced",n:s(1),on:r==="yes",run:i([["silenced",r==="yes"?"":"yes"],["status",""]])})]})}var Kn=[{id:"status",
name:"Status",sort:"severity"},{id:"what",name:"Machine / check",sort:"entity"},{id:"output",name:"What it says"},{id:"since",name:"Since",sort:"since"},{id:"ti\
mes",name:"Times"},{id:"told",name:"Told"}],Ls=[...Kn.slice(0,2),{id:"ns",name:"Namespace"},...Kn.slice(2)],Ds=e=>e.replace(/[;\s]*\|\s*[^|]*=-?[\d.][^]*$/,"");
function Is(e){let t=a("a",{class:"name",tabIndex:-1,href:fn(e.ns,e.entity,e.check),children:[a("b",{children:a(W,{text:e.entity})}),a("span",{class:"slash",children:"\
 / "}),a(W,{text:e.check})]}),n=[a(br,{status:e.status,silenced:Pe(e)}),t,a("span",{class:"output",title:De(e.output),children:a(W,{text:Ds(e.output)})}),a(yr,{
since:e.since}),a("span",{title:`${e.occurrences} results in a row`,children:[e.occurrences,"×"]}),a("span",{class:"marks",children:[Pe(e)?a("span",{class:"tol\
d t-quiet",children:[a(A,{name:"silenced"}),a("span",{children:"silenced"})]}):e.status||e.told==="told"?a(wr,{told:e.told}):null,(e.flags&X.flapping)!==0&&a(A,
{name:"flap",title:"Flapping: it changes again and again"})]})];return w.value.ns?n:[...n.slice(0,2),a(W,{text:e.ns}),...n.slice(2)]}var Fs=e=>`edge-${z(e.status)}${Pe(
e)?" silenced":""}${e.gone?" gone":""}`,Bn=e=>e.key,Dr=e=>b.value.map.get(e);function qs({wanted:e,scope:t,columns:n,label:o,empty:r,ready:i}){let s=j(!1),l=To(
()=>s.value||L.value.keys.size>0),{shown:c,pending:f,apply:u}=Lr(e,Bn,Dr,l.value||Ir(),t),{sort:p="severity",order:m=""}=w.value.query;P(()=>{L.value=B,ue.value=
w.value.query.row??null},[t]),P(()=>{L.value=ur(L.value,g=>b.value.map.has(g))},[b.value]),P(()=>{ue.value&&ue.value!==w.value.query.row&&Ir()&&Z({row:ue.value})},
[ue.value]),le([{keys:".",does:"Show what changed",group:"Lists",run:u},{keys:"Escape",does:"Clear the selection",group:"Lists",run:()=>{L.value.keys.size?L.value=
B:document.activeElement?.blur()}}]);let d=g=>Z(g===p?{order:m?"":"desc"}:{sort:g==="severity"?"":g,order:""},!1),h=$s(),k=ue.value?Dr(ue.value):void 0;return!i&&
!e.length?a(Un,{}):a("div",{class:"list-box",children:[c.length?a(Sr,{name:n.length>6?"events-all":"events",label:o,items:c,keyOf:Bn,columns:n,cells:Is,describe:g=>`${g.
entity} / ${g.check}`,rowClass:Fs,open:g=>St(fn(g.ns,g.entity,g.check)),focus:ue,selection:L,inUse:s,sort:p,reversed:!!m,onSort:d}):r,f>0&&a("button",{type:"but\
ton",class:"pending",onClick:u,children:[ke(f,"change"),a("span",{class:"muted",children:[" — press ",a("kbd",{children:"."})," to show"]})]}),b.value.partial&&
a("p",{class:"partial",children:[V(b.value.map.size)," of ",V(b.value.matched),": narrow the filter to see the rest"]}),h.length>0?a(Hs,{chosen:h,total:e.length,
keys:e}):a(Hn,{hidden:!0,list:k?[k]:[]})]})}var Ir=()=>!!document.activeElement?.closest("[data-list]");function Hs({chosen:e,total:t,keys:n}){return a("div",{class:"\
selection",role:"toolbar","aria-label":"Selected events",children:[a("b",{children:[V(e.length)," selected"]}),e.length<t&&a(O,{kind:"quiet",onClick:()=>{L.value=
Ye(n.map(Bn))},children:["Select all ",V(t)," that match"]}),a(Hn,{list:e,after:()=>{L.value=B}}),a(O,{kind:"quiet",icon:"close",onClick:()=>{L.value=B},children:"\
Clear"})]})}function Us({problems:e,q:t}){let n=Xe.value,o=n.reduce((l,c)=>l+c[0],0),r=n[0][0],i=n[1][1]+n[2][1]+n[3][1],s=[...b.value.map.values()].reduce((l,c)=>Math.
max(l,c.executed),0);return t?a(rt,{icon:"search",title:"Nothing matches",children:a(O,{onClick:()=>Z({q:""},!1),children:"Clear the filter"})}):!o&&At.value?.namespaces.
length!==0?a(rt,{icon:"entities",title:"No events yet",children:["Start an agent: ",a("code",{children:["picket agent start --backend-url ws://",location.hostname,
":8081"]})]}):e?a(rt,{icon:"ok",title:"Nothing is failing",children:[ke(r,"check is","checks are")," well",s>0&&`, last result ${et(ae.value-s)} ago`,".",i>0&&a(
C,{children:[" ",a("a",{href:ve({...w.value,query:{q:"silenced:yes"}}),children:ke(i,"silenced problem")}),"."]})]}):a(rt,{icon:"events",title:"No events",children:[
"None in this namespace that holds up to ",V(vn)," of them."]})}export{C as a,xe as b,js as c,he as d,P as e,N as f,ge as g,_ as h,I as i,j,ii as k,F as l,Ee as m,Ve as n,$o as o,ie as p,wt as q,Q as r,Ge as s,ta as t,na as u,
oa as v,xt as w,X as x,mn as y,Pe as z,Re as A,Oo as B,Mt as C,Ct as D,di as E,ve as F,fn as G,sa as H,w as I,aa as J,St as K,Z as L,la as M,ae as N,ye as O,ha as P,
se as Q,ga as R,Qe as S,b as T,Uo as U,At as V,Xe as W,wn as X,be as Y,Et as Z,kn as _,ki as $,ya as aa,ba,Fa as ca,le as da,Mn as ea,qi as fa,sr as ga,q as ha,
nr as ia,or as ja,Tn as ka,$a as la,Hi as ma,cr as na,Ka as oa,Ba as pa,Wa as qa,za as ra,a as sa,A as ta,vr as ua,Cn as va,Qa as wa,et as xa,Ft as ya,Xa as za,
mr as Aa,It as Ba,we as Ca,_r as Da,Ji as Ea,qt as Fa,$n as Ga,Ya as Ha,Ie as Ia,En as Ja,ol as Ka,rl as La,il as Ma,W as Na,rs as Oa,hl as Pa,gl as Qa,yr as Ra,
ss as Sa,as as Ta,z as Ua,br as Va,wr as Wa,O as Xa,_l as Ya,vl as Za,yl as _a,ke as $a,V as ab,Rn as bb,Pn as cb,Ml as db,Sr as eb,ps as fb,Fe as gb,In as hb,ys as ib,
ws as jb,Wl as kb,zl as lb,ks as mb,Vl as nb,nu as ob,Ts as pb,Hn as qb,Nr as rb,Ut as sb,Or as tb,Un as ub,rt as vb,jn as wb,Cs as xb,vu as yb,$s as zb,Ku as Ab,
qs as Bb};
